import { canonicalize } from '../../ledger/canonical.ts';
import type { Report, SourceResult } from '../../model/report.ts';
import { plural } from '../numbers.ts';
import type { Sides } from './change.ts';
import { change, paired } from './change.ts';
import type { Change } from './types.ts';

/** Sources that controls gained or lost, tests that changed, populations that are not as they were. */
export function sourceChanges({ old, new: now }: Sides): Change[] {
  const changes: Change[] = [];
  for (const [before, after] of paired(old.report.controls, now.report.controls, (it) => it.id)) {
    // Of a control that only one report has, that is the news.
    if (!before || !after) continue;
    for (const pair of paired(before.sources, after.sources, (it) => it.source)) {
      const found = sourceChange(...pair);
      if (found) changes.push({ ...found, controls: [after.id] });
    }
  }
  return [...changes, ...populationChanges(old.report, now.report)];
}

function sourceChange(before: SourceResult | undefined, after: SourceResult | undefined): Change | undefined {
  const source = after?.source ?? before?.source ?? null;
  if (!before || !after) {
    const kind = after ? 'source_added' : 'source_removed';
    return change(kind, { source, before: before?.strength ?? null, after: after?.strength ?? null });
  }
  const [was, is] = [ruleOf(before), ruleOf(after)];
  if (canonicalize(was) === canonicalize(is)) return undefined;
  const fields = (Object.keys(is) as (keyof typeof is)[]).filter(
    (it) => canonicalize(was[it]) !== canonicalize(is[it]),
  );
  const side = (rule: typeof is): string => fields.map((it) => `${it} ${canonicalize(rule[it])}`).join(', ');
  const notes = [`What changed: ${fields.join(', ')}. A changed outcome under it may come from that.`];
  return change('test_changed', { source, before: side(was), after: side(is), notes });
}

/** What decides the outcome under a source. Its title, and why a control names it, do not. */
const ruleOf = (it: SourceResult) => ({
  expressionSha256: it.expressionSha256 ?? null,
  params: it.params,
  strength: it.strength,
  wanted: it.wanted ?? null,
});

/** The first result of each source: what it says of the population is the same under every control. */
const firstOf = ({ controls }: Report): SourceResult[] =>
  [
    ...new Map(
      controls.flatMap((it) => it.sources.map((source) => [source.source, source])).reverse() as [
        string,
        SourceResult,
      ][],
    ).values(),
  ].reverse();

function populationChanges(old: Report, now: Report): Change[] {
  return [...paired(firstOf(old), firstOf(now), (it) => it.source)].flatMap(([before, after]) => {
    const [was, is] = [before && populationOf(before, old.days), after && populationOf(after, now.days)];
    if (!before || !after || was === is) return [];
    const moved = Object.entries(after.digests).filter(([place, digest]) => before.digests[place] !== digest);
    return [
      change('population', {
        source: after.source,
        before: was ?? null,
        after: is ?? null,
        notes: moved.map(([place, digest]) => `Population digest of ${place} in the new report: ${digest}.`),
      }),
    ];
  });
}

function populationOf({ population, counts, observedDays, events }: SourceResult, days: number): string {
  const { compliant, non_compliant, not_applicable, inconclusive } = counts;
  const parts: [number, string][] = [
    [compliant, 'compliant'],
    [non_compliant, 'failing'],
    [inconclusive, 'inconclusive'],
    [not_applicable, 'not applicable'],
  ];
  const told = parts.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`);
  const all = events === undefined ? plural(population, 'subject') : plural(events, 'event');
  return `${all}${told.length > 0 ? `: ${told.join(', ')}` : ''}; observed on ${observedDays} of ${plural(days, 'day')}`;
}
