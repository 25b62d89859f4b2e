import { ControlSet, FrameworkFile, FrameworkHead } from '../model/framework.ts';
import type { Json } from '../model/json.ts';
import { type FrameworkDocument, type PlacedSet, placeIn, problemAt, type TextFile } from './catalogue.ts';
import { compareNatural } from './natural.ts';
import type { Problem } from './problem.ts';
import { readYaml } from './yaml.ts';

export interface LoadedDocuments {
  readonly documents: readonly FrameworkDocument[];
  /** Names of frameworks that are there but wrong, so that references to them are not wrong as well. */
  readonly broken: readonly string[];
  readonly problems: readonly Problem[];
}

/** A framework in a folder: `framework.yaml`, and every other file is one control set. */
export function documentFromFolder(folder: string, files: readonly TextFile[]): LoadedDocuments {
  const headFile = files.find((it) => it.path.endsWith('/framework.yaml'));
  if (headFile === undefined) return { documents: [], broken: [folder], problems: files.slice(0, 1).map(headless) };
  const head = readYaml(headFile.text, headFile.path, FrameworkHead);
  const sets = files.filter((it) => it !== headFile).map(({ path, text }) => readYaml(text, path, ControlSet));
  const problems = [head, ...sets].flatMap((it) => it.problems);
  if (head.value === undefined) return { documents: [], broken: [folder], problems };
  if (head.value.framework !== folder) {
    const message = `expected the framework to be called "${folder}" as its folder, found "${head.value.framework}"`;
    problems.push(problemAt(head, ['framework'], { code: 'catalog-file-name', message }));
  }
  const placed = sets.flatMap((it): PlacedSet[] => (it.value === undefined ? [] : [{ set: it.value, place: it }]));
  placed.sort(
    (a, b) => listed(head.value?.order, a) - listed(head.value?.order, b) || compareNatural(a.set.id, b.set.id),
  );
  // A framework with a part missing would be silently smaller: it is not loaded at all.
  if (placed.length < sets.length) return { documents: [], broken: [folder], problems };
  const document = { head: { ...head.value, override: [], remove: [] }, place: head, sets: placed };
  return { documents: [document], broken: [], problems };
}

/** A framework in one file, on its own or on top of another one. */
export function documentFromFile({ path, text }: TextFile): LoadedDocuments {
  const yaml = readYaml(text, path, FrameworkFile);
  if (yaml.value === undefined) {
    const name = (yaml.raw as { framework?: unknown } | null | undefined)?.framework;
    return { documents: [], broken: typeof name === 'string' ? [name] : [], problems: yaml.problems };
  }
  const { control_sets, ...head } = yaml.value;
  const sets = control_sets.map((set, index) => ({ set, place: placeIn(yaml, ['control_sets', index]) }));
  const override = head.override.map((it, index) => asWritten(it, rawOverride(yaml.raw, index)));
  return { documents: [{ head: { ...head, override }, place: yaml, sets }], broken: [], problems: yaml.problems };
}

type Override = FrameworkFile['override'][number];

/** The schema fills in defaults, but an override replaces only what it names. */
function asWritten(override: Override, raw: object): Override {
  return Object.fromEntries(Object.entries(override).filter(([key]) => Object.hasOwn(raw, key))) as Override;
}

function rawOverride(raw: Json | undefined, index: number): object {
  const list = (raw as { override?: readonly object[] } | undefined)?.override;
  return list?.[index] ?? {};
}

/** Where the framework's own order has a set; those that it does not name come last. */
function listed(order: readonly string[] | undefined, { set }: PlacedSet): number {
  const at = order?.indexOf(set.id) ?? -1;
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}

function headless({ path }: TextFile): Problem {
  const message = 'this folder has no framework.yaml';
  return { file: path, line: 1, column: 1, severity: 'error', code: 'catalog-no-framework', message };
}
