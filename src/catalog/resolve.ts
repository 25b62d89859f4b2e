import { didYouMean } from '../evaluate/nearest.ts';
import type { Framework } from '../model/framework.ts';
import { type FrameworkDocument, problemAt } from './catalogue.ts';
import { extend } from './extend.ts';
import type { Problem } from './problem.ts';

export interface Resolved {
  readonly frameworks: ReadonlyMap<string, Framework>;
  readonly problems: readonly Problem[];
}

/**
 * Fills in `extends`. A framework with a wrong, unknown or circular base is left out, with the reason.
 * `broken` are frameworks that did not load and have been reported. `installed` are there already: they may be
 * extended, and no document may have their ids.
 */
export function resolveFrameworks(
  documents: readonly FrameworkDocument[],
  broken: ReadonlySet<string>,
  installed: ReadonlyMap<string, Framework> = new Map(),
): Resolved {
  const problems: Problem[] = [];
  const byId = new Map<string, FrameworkDocument>();
  for (const document of documents) {
    const id = document.head.framework;
    const first = byId.get(id);
    if (installed.has(id))
      problems.push(report(document, `the framework "${id}" comes with Witnessmark: choose another id`));
    else if (first === undefined) byId.set(id, document);
    else problems.push(report(document, `duplicate framework "${id}": it is in ${first.place.file} already`));
  }
  const frameworks = new Map<string, Framework>();
  for (const document of byId.values()) {
    const framework = resolve({ document, byId, broken, installed, frameworks, problems, below: [] });
    if (framework !== undefined) frameworks.set(framework.framework, framework);
  }
  return { frameworks, problems };
}

interface Resolving {
  readonly document: FrameworkDocument;
  readonly byId: ReadonlyMap<string, FrameworkDocument>;
  readonly broken: ReadonlySet<string>;
  readonly installed: ReadonlyMap<string, Framework>;
  readonly frameworks: Map<string, Framework>;
  readonly problems: Problem[];
  /** Frameworks that wait for this one. */
  readonly below: readonly string[];
}

function resolve(state: Resolving): Framework | undefined {
  const { document, byId, frameworks, problems, below } = state;
  const id = document.head.framework;
  const done = frameworks.get(id);
  if (done !== undefined) return done;
  const baseId = document.head.extends;
  const installed = baseId === undefined ? undefined : state.installed.get(baseId);
  const base = baseId === undefined ? undefined : byId.get(baseId);
  if (base === undefined && baseId !== undefined && state.broken.has(baseId)) return undefined;
  const wrong = installed === undefined ? baseProblem(state, base, [...below, id]) : undefined;
  if (wrong !== undefined) {
    if (below.length === 0) problems.push(wrong);
    return undefined;
  }
  const resolvedBase = base === undefined ? installed : resolve({ ...state, document: base, below: [...below, id] });
  if (base !== undefined && resolvedBase === undefined) {
    const message = `extends "${baseId}", which is wrong itself`;
    if (below.length === 0) problems.push(problemAt(document.place, ['extends'], { code: 'catalog-extends', message }));
    return undefined;
  }
  const extended = extend(document, resolvedBase);
  if (below.length === 0) problems.push(...extended.problems);
  return extended.framework;
}

function baseProblem(
  { document, byId, installed }: Resolving,
  base: FrameworkDocument | undefined,
  chain: readonly string[],
): Problem | undefined {
  const baseId = document.head.extends;
  if (baseId === undefined) return undefined;
  const wrong = (message: string) => problemAt(document.place, ['extends'], { code: 'catalog-extends', message });
  if (base === undefined)
    return wrong(`unknown framework "${baseId}"${didYouMean(baseId, [...byId.keys(), ...installed.keys()])}`);
  if (chain.includes(baseId))
    return wrong(`frameworks extend one another in a circle: ${[...chain, baseId].join(', ')}`);
  return undefined;
}

function report(document: FrameworkDocument, message: string): Problem {
  return problemAt(document.place, ['framework'], { code: 'catalog-duplicate-id', message });
}
