import type { ControlChange, ControlState, ExceptionChange } from '../model/change.ts';
import type { ControlResult, Report } from '../model/report.ts';
import type { ReportState } from '../model/report-record.ts';
import type { ExceptionState } from '../model/verdict.ts';
import { openFailures } from './verdict.ts';

/** What the next report compares itself with. Pure. */
export function stateOf(report: Pick<Report, 'id' | 'scope' | 'controls' | 'exceptions'>): ReportState {
  return {
    report: report.id,
    scope: report.scope,
    controls: Object.fromEntries(report.controls.map((it) => [it.id, controlState(it)])),
    exceptions: Object.fromEntries(report.exceptions.map((it) => [it.id, it.state])),
  };
}

function controlState({ verdict, sources }: ControlResult): ControlState {
  const counting = sources.filter((it) => it.strength !== 'supporting');
  const sum = (value: (source: ControlResult['sources'][number]) => number): number =>
    counting.reduce((total, source) => total + value(source), 0);
  return {
    verdict,
    subjects: sum((it) => it.population),
    failing: sum((it) => openFailures(it).length),
    inconclusive: sum((it) => it.inconclusive.length),
  };
}

/** What is not in `after` as it was in `before`, in the order of `after`, what is gone last. */
export function compareStates(
  before: Pick<ReportState, 'controls' | 'exceptions'>,
  after: Pick<ReportState, 'controls' | 'exceptions'>,
): { controls: ControlChange[]; unchanged: number; exceptions: ExceptionChange[] } {
  const controls = changes<ControlState>(before.controls, after.controls, sameControl);
  return {
    controls: controls.map(({ key, ...change }) => ({ control: key, ...change })),
    unchanged: Object.keys(after.controls).length - controls.filter((it) => it.after !== null).length,
    exceptions: changes<ExceptionState>(before.exceptions, after.exceptions, (a, b) => a === b).map(
      ({ key, ...change }) => ({ exception: key, ...change }),
    ),
  };
}

/** A population that grew is not news by itself; a verdict, a failure or something unknown is. */
const sameControl = (a: ControlState, b: ControlState): boolean =>
  a.verdict === b.verdict && a.failing === b.failing && a.inconclusive === b.inconclusive;

interface Change<T> {
  readonly key: string;
  readonly before: T | null;
  readonly after: T | null;
}

function changes<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  same: (a: T, b: T) => boolean,
): Change<T>[] {
  const known = new Map(Object.entries(before));
  const found = Object.entries(after).flatMap(([key, now]): Change<T>[] => {
    const then = known.get(key);
    known.delete(key);
    return then !== undefined && same(then, now) ? [] : [{ key, before: then ?? null, after: now }];
  });
  return [...found, ...[...known].map(([key, then]) => ({ key, before: then, after: null }))];
}
