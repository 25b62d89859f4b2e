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
 * `broken` are frameworks that did not load and have been reported.
 */
export function resolveFrameworks(documents: readonly FrameworkDocument[], broken: ReadonlySet<string>): Resolved {
  const problems: Problem[] = [];
  const byId = new Map<string, FrameworkDocument>();
  for (const document of documents) {
    const id = document.head.framework;
    const first = byId.get(id);
    if (first === undefined) byId.set(id, document);
    else problems.push(report(document, `duplicate framework "${id}": it is in ${first.place.file} already`));
  }
  const frameworks = new Map<string, Framework>();
  for (const document of byId.values()) {
    const framework = resolve({ document, byId, broken, frameworks, problems, below: [] });
    if (framework !== undefined) frameworks.set(framework.framework, framework);
  }
  return { frameworks, problems };
}

interface Resolving {
  readonly document: FrameworkDocument;
  readonly byId: ReadonlyMap<string, FrameworkDocument>;
  readonly broken: ReadonlySet<string>;
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
  const base = baseId === undefined ? undefined : byId.get(baseId);
  if (base === undefined && baseId !== undefined && state.broken.has(baseId)) return undefined;
  const wrong = baseProblem(document, base, byId, [...below, id]);
  if (wrong !== undefined) {
    if (below.length === 0) problems.push(wrong);
    return undefined;
  }
  const resolvedBase = base === undefined ? undefined : resolve({ ...state, document: base, below: [...below, id] });
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
  document: FrameworkDocument,
  base: FrameworkDocument | undefined,
  byId: ReadonlyMap<string, FrameworkDocument>,
  chain: readonly string[],
): Problem | undefined {
  const baseId = document.head.extends;
  if (baseId === undefined) return undefined;
  const wrong = (message: string) => problemAt(document.place, ['extends'], { code: 'catalog-extends', message });
  if (base === undefined) return wrong(`unknown framework "${baseId}"${didYouMean(baseId, byId.keys())}`);
  if (chain.includes(baseId))
    return wrong(`frameworks extend one another in a circle: ${[...chain, baseId].join(', ')}`);
  return undefined;
}

function report(document: FrameworkDocument, message: string): Problem {
  return problemAt(document.place, ['framework'], { code: 'catalog-duplicate-id', message });
}
