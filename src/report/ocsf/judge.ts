import type { JsonObject } from '../../model/json.ts';
import type { ControlResult, FailingInterval, InconclusiveSubject, Report, SourceResult } from '../../model/report.ts';
import { placeKey } from './last-states.ts';

/** What the report says of one source, over all controls that it is evidence for. */
export interface Judge {
  readonly title: string;
  readonly remediation: string;
  /** Ids of the controls that it counts for: in scope, and not merely for context. */
  readonly requirements: readonly string[];
  readonly strengths: Readonly<Record<string, string>>;
  readonly parameters: readonly JsonObject[];
  /** By `placeKey`. */
  readonly failing: ReadonlyMap<string, readonly FailingInterval[]>;
  readonly exceptions: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  readonly inconclusive: ReadonlyMap<string, InconclusiveSubject>;
  /** By account and region: where the population could not be listed at the end, and since when. */
  readonly unlisted: ReadonlyMap<string, InconclusiveSubject>;
}

interface Use {
  readonly control: ControlResult;
  readonly source: SourceResult;
}

/** Judges by source. */
export function judgesOf(report: Report): ReadonlyMap<string, Judge> {
  const uses = new Map<string, Use[]>();
  for (const control of report.controls) {
    for (const source of control.sources) {
      const known = uses.get(source.source);
      if (known) known.push({ control, source });
      else uses.set(source.source, [{ control, source }]);
    }
  }
  return new Map([...uses].map(([key, list]) => [key, judgeOf(list)]));
}

/** Intervals and what is inconclusive are the same under every control, so the first one speaks; exceptions differ. */
function judgeOf(uses: readonly Use[]): Judge {
  const first = uses[0]?.source;
  return {
    title: first?.title ?? '',
    remediation: first?.remediation ?? '',
    requirements: [...new Set(uses.filter(counts).map((it) => it.control.id))],
    strengths: Object.fromEntries(uses.map((it) => [it.control.id, it.source.strength])),
    parameters: Object.entries(first?.params ?? {}).map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
    failing: grouped(first?.failing ?? []),
    exceptions: exceptionsOf(uses),
    inconclusive: new Map((first?.inconclusive ?? []).map((it) => [placeKey(it), it])),
    unlisted: new Map(
      (first?.inconclusive ?? [])
        .filter((it) => it.subject.startsWith('population:'))
        .map((it) => [`${it.account}\t${it.region}`, it]),
    ),
  };
}

const counts = ({ control, source }: Use): boolean =>
  source.strength !== 'supporting' && control.verdict !== 'not_applicable';

function grouped(intervals: readonly FailingInterval[]): ReadonlyMap<string, readonly FailingInterval[]> {
  const groups = new Map<string, FailingInterval[]>();
  for (const it of intervals) {
    const key = placeKey(it);
    const known = groups.get(key);
    if (known) known.push(it);
    else groups.set(key, [it]);
  }
  return groups;
}

/** By subject: each exception that covers it at the end of the period, with the controls that it does so for. */
function exceptionsOf(uses: readonly Use[]): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, Map<string, string[]>>();
  for (const { control, source } of uses) {
    for (const it of source.failing) {
      if (it.exception === null) continue;
      const key = placeKey(it);
      const ofSubject = found.get(key) ?? new Map<string, string[]>();
      ofSubject.set(it.exception, [...(ofSubject.get(it.exception) ?? []), control.id]);
      found.set(key, ofSubject);
    }
  }
  return found;
}
