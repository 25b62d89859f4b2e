import { sourceKey } from '../model/framework.ts';
import {
  type Catalogue,
  type CatalogueCheck,
  type CatalogueEvent,
  type FrameworkDocument,
  problemAt,
} from './catalogue.ts';
import { lintCheck, lintEvent } from './lint-checks.ts';
import { lintDocument } from './lint-framework.ts';
import { lintOfficial } from './lint-official.ts';
import { type Problem, sortProblems } from './problem.ts';

/**
 * Everything that is wrong with a catalogue: what loading found, and the rules over what did load.
 * Sorted by place. Without `examples` those of checks and selectors are not run, which is half of the time. With
 * `under` the rules are for checks and selectors of files below that folder.
 */
export function lintCatalogue(catalogue: Catalogue, { examples = true, under = '' } = {}): Problem[] {
  const isAbout = ({ file }: { readonly file: string }): boolean => file.startsWith(under);
  const checks = [...catalogue.checks.values()].filter(isAbout);
  const events = [...catalogue.events.values()].filter(isAbout);
  const problems = [
    ...catalogue.problems,
    ...checks.flatMap((it) => lintCheck(it, catalogue, examples)),
    ...(examples ? events.flatMap(lintEvent) : []),
    ...catalogue.documents.flatMap((it) => lintDocument(it, catalogue)),
    ...catalogue.documents.flatMap((it) => lintOfficial(it, catalogue)),
  ];
  // While something is wrong, a check may be unused because of just that.
  const isWrong = problems.some((it) => it.severity === 'error');
  const idle = isWrong || catalogue.frameworks.size === 0 ? [] : unused(checks, events, catalogue.documents);
  return sortProblems([...problems, ...idle]);
}

/** Checks and selectors that no framework uses, but for selectors that watch. */
function unused(
  checks: readonly CatalogueCheck[],
  events: readonly CatalogueEvent[],
  documents: readonly FrameworkDocument[],
): Problem[] {
  const used = usedSources(documents);
  const rule = { code: 'catalog-unused', severity: 'warning' } as const;
  const idle = checks.filter((it) => !used.has(`check:${it.check.id}`));
  const silent = events.filter(
    ({ selector }) => selector.alert === undefined && !used.has(`cloudtrail:${selector.name}`),
  );
  return [
    ...idle.map((it) =>
      problemAt(it.place, ['id'], { ...rule, message: `no framework uses the check "${it.check.id}"` }),
    ),
    ...silent.map((it) =>
      problemAt(it.place, ['name'], { ...rule, message: `no framework uses the event selector "${it.selector.name}"` }),
    ),
  ];
}

function usedSources(documents: readonly FrameworkDocument[]): Set<string> {
  const controls = documents.flatMap((it) => [...it.sets.flatMap(({ set }) => set.controls), ...it.head.override]);
  const sources = controls.flatMap((it) => it.sources ?? []);
  return new Set(sources.map(sourceKey));
}
