import { messageOf } from '../model/error.ts';
import type { Catalogue, LoadOptions, TextFile } from './catalogue.ts';
import { checksFrom } from './load-checks.ts';
import { eventsFrom } from './load-events.ts';
import { documentFromFile, documentFromFolder, type LoadedDocuments } from './load-frameworks.ts';
import { readIdentifiers, readOfficial } from './official.ts';
import { type Problem, sortProblems } from './problem.ts';
import { resolveFrameworks } from './resolve.ts';

export type { Catalogue, LoadOptions } from './catalogue.ts';

type Read = (path: string) => Promise<TextFile[]>;

/**
 * Loads checks, event selectors and frameworks. What is wrong becomes a problem with its place and is
 * left out, the rest loads: only failing to list the folder throws. Layout: `checks/*.yaml`,
 * `events/*.yaml`, `<id>/framework.yaml` with a file per control set beside it, `<id>.yaml`,
 * `official/*.json`; and the `extra` framework files.
 */
export async function loadCatalogue(options: LoadOptions): Promise<Catalogue> {
  const problems: Problem[] = [];
  const files = (await options.listFiles(options.root)).toSorted();
  const layout = sortOut(files, options.root);
  problems.push(...layout.misnamed.map(misnamed));
  const read: Read = (path) => readFile(path, options, problems);
  const readAll = async (paths: readonly string[]) => (await Promise.all(paths.map(read))).flat();

  const checks = checksFrom(await readAll(layout.checks), options);
  const events = eventsFrom(await readAll(layout.events));
  const texts = await readAll([...[...layout.folders.values()].flat(), ...layout.single, ...(options.extra ?? [])]);
  const documents = documentsOf({ ...layout, single: [...layout.single, ...(options.extra ?? [])] }, texts);
  const frameworks = resolveFrameworks(documents.documents, new Set(documents.broken));
  const official = readOfficial(await readAll(layout.official));
  const rules = readIdentifiers(await readAll(layout.configRules));
  const controls = readIdentifiers(await readAll(layout.securityHubControls));
  const parts = [checks, events, documents, frameworks, official, rules, controls];
  return {
    checks: checks.checks,
    events: events.events,
    frameworks: frameworks.frameworks,
    documents: documents.documents,
    official: official.official,
    configRules: new Set(options.configRules ?? rules.identifiers),
    securityHubControls: new Set(options.securityHubControls ?? controls.identifiers),
    facts: options.facts,
    scopes: options.scopes ?? new Map(),
    declared: { checks: checks.declared, events: events.declared },
    problems: sortProblems([...problems, ...parts.flatMap((it) => it.problems)]),
  };
}

/** Paths of catalogue files by what they hold. */
export interface Layout {
  readonly checks: string[];
  readonly events: string[];
  readonly official: string[];
  readonly configRules: string[];
  readonly securityHubControls: string[];
  readonly single: string[];
  /** Files of each framework folder. */
  readonly folders: Map<string, string[]>;
  readonly misnamed: string[];
}

/** Sorts paths below a folder out by what they hold. */
export function sortOut(files: readonly string[], root: string): Layout {
  const empty = { checks: [], events: [], official: [], configRules: [], securityHubControls: [] };
  const layout: Layout = { ...empty, single: [], misnamed: [], folders: new Map() };
  for (const file of files) {
    const parts = file.slice(root.length).replace(/^\/+/, '').split('/');
    if (parts[0] !== 'schema') place(layout, file, parts);
  }
  return layout;
}

function place(layout: Layout, file: string, parts: readonly string[]): void {
  const [folder = '', name = ''] = parts;
  if (parts[0] === 'official' && file.endsWith('.json')) officialPart(layout, name).push(file);
  else if (file.endsWith('.yml')) layout.misnamed.push(file);
  else if (!file.endsWith('.yaml')) return;
  else if (parts.length === 1) layout.single.push(file);
  else if (parts.length > 2) layout.misnamed.push(file);
  else if (folder === 'checks') layout.checks.push(file);
  else if (folder === 'events') layout.events.push(file);
  else layout.folders.set(folder, [...(layout.folders.get(folder) ?? []), file]);
}

function officialPart(layout: Layout, name: string): string[] {
  if (name === 'config-rules.json') return layout.configRules;
  return name === 'security-hub-controls.json' ? layout.securityHubControls : layout.official;
}

/** The frameworks of the files, in folders and alone, before `extends` is resolved. */
export function documentsOf(
  { folders, single }: Pick<Layout, 'folders' | 'single'>,
  texts: readonly TextFile[],
): LoadedDocuments {
  const byPath = new Map(texts.map((it) => [it.path, it]));
  const filesOf = (paths: readonly string[]): TextFile[] => paths.flatMap((it) => byPath.get(it) ?? []);
  const inFolders = [...folders].map(([folder, paths]) => documentFromFolder(folder, filesOf(paths)));
  const all = [...inFolders, ...filesOf(single).map(documentFromFile)];
  return {
    documents: all.flatMap((it) => it.documents),
    broken: all.flatMap((it) => it.broken),
    problems: all.flatMap((it) => it.problems),
  };
}

async function readFile(path: string, options: LoadOptions, problems: Problem[]): Promise<TextFile[]> {
  try {
    return [{ path, text: await options.readText(path) }];
  } catch (thrown) {
    const message = `cannot be read: ${messageOf(thrown)}`;
    problems.push({ file: path, line: 1, column: 1, severity: 'error', code: 'catalog-unreadable', message });
    return [];
  }
}

/** What is wrong with a path of `Layout.misnamed`. */
export function misnamed(file: string): Problem {
  const message = file.endsWith('.yml')
    ? 'catalogue files end in .yaml: this one is not read'
    : 'framework folders have no folders in them: this file is not read';
  return { file, line: 1, column: 1, severity: 'error', code: 'catalog-file-name', message };
}
