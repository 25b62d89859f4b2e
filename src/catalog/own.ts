import { limitedCheck, limitedSelector } from '../evaluate/time-limit.ts';
import type { Json } from '../model/json.ts';
import type { Catalogue, CatalogueCheck, CatalogueEvent, TextFile } from './catalogue.ts';
import { documentsOf, misnamed, sortOut } from './load.ts';
import { checksFrom } from './load-checks.ts';
import { eventsFrom } from './load-events.ts';
import { sortProblems } from './problem.ts';
import { resolveFrameworks } from './resolve.ts';

/** What goes for checks and event selectors of a user's own, beside what goes for all. */
export interface Own {
  /** Their ids begin with it, and no id of the project does: neither can ever stand for the other. */
  readonly prefix: string;
  /** Why a check of a service cannot be about a resource type; undefined where it can. */
  elsewhere(resource: string, service: string): string | undefined;
}

/** Ids of a user's own checks and event selectors begin with it. */
export const OWN_PREFIX = 'custom-';

/**
 * A catalogue with files of a user's own over it, laid out below `root` as those of the project are. What is wrong
 * with them becomes a problem with its place and is left out. `documents` and `problems` are of these files alone.
 * Their checks and selectors are judged within a time limit, for nobody of the project has read them.
 */
export function withOwn(
  base: Catalogue,
  { root, files, digest }: { root: string; files: readonly TextFile[]; digest: (value: Json) => string },
): Catalogue {
  const layout = sortOut(files.map((it) => it.path).toSorted(), root);
  const filesIn = (paths: readonly string[]) => files.filter((it) => paths.includes(it.path));
  const own: Own = { prefix: OWN_PREFIX, elsewhere: elsewhereIn(base) };
  const checks = checksFrom(filesIn(layout.checks), { facts: base.facts, digest, own });
  const events = eventsFrom(filesIn(layout.events), own);
  const documents = documentsOf(layout, files);
  const frameworks = resolveFrameworks(documents.documents, new Set(documents.broken), base.frameworks);
  const parts = [checks, events, documents, frameworks];
  return {
    ...base,
    checks: new Map([...base.checks, ...[...checks.checks].map(([id, it]) => [id, limited(it)] as const)]),
    events: new Map([...base.events, ...[...events.events].map(([name, it]) => [name, limitedEvent(it)] as const)]),
    frameworks: new Map([...base.frameworks, ...frameworks.frameworks]),
    documents: documents.documents,
    declared: {
      checks: new Set([...base.declared.checks, ...checks.declared]),
      events: new Set([...base.declared.events, ...events.declared]),
    },
    problems: sortProblems([...layout.misnamed.map(misnamed), ...parts.flatMap((it) => it.problems)]),
  };
}

const limited = (it: CatalogueCheck): CatalogueCheck => ({ ...it, compiled: limitedCheck(it.compiled) });
const limitedEvent = (it: CatalogueEvent): CatalogueEvent => ({ ...it, compiled: limitedSelector(it.compiled) });

/** Whether evidence is expected once per account or in every region follows from the service of a check. */
function elsewhereIn({ checks, scopes }: Catalogue): Own['elsewhere'] {
  const services = new Map([...checks.values()].map((it) => [it.check.resource, it.service]));
  return (resource, service) => {
    const known = services.get(resource);
    if (known === undefined) return scopes.has(service) ? undefined : `no service "${service}" is collected`;
    return known === service ? undefined : `${resource} belongs to the service "${known}", not to "${service}"`;
  };
}
