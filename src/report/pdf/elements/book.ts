import type { ControlResult, FailingInterval, Report, SourceResult } from '../../../model/report.ts';
import type { Canvas } from '../file/canvas.ts';

/** What every part of the PDF works with. */
export interface Book {
  readonly canvas: Canvas;
  readonly report: Report;
  /** Name of the destination of each control, by control id. */
  readonly controls: ReadonlyMap<string, string>;
  /** Name of the destination of each exception, by exception id. */
  readonly exceptions: ReadonlyMap<string, string>;
}

/** Names are of one length and of digits, so that every order of text sorts them the same way. */
const destination = (kind: string, index: number): string => `${kind}${String(index).padStart(6, '0')}`;

export function makeBook(canvas: Canvas, report: Report): Book {
  return {
    canvas,
    report,
    controls: new Map(report.controls.map((control, index) => [control.id, destination('c', index)])),
    exceptions: new Map(report.exceptions.map((exception, index) => [exception.id, destination('e', index)])),
  };
}

/** The parts of the report with their destinations, in order. */
export const PARTS = {
  summary: { title: 'Executive summary', destination: destination('p', 1) },
  findings: { title: 'Findings', destination: destination('p', 2) },
  changes: { title: 'Changes since the last report', destination: destination('p', 3) },
  method: { title: 'Scope and method', destination: destination('p', 4) },
  coverage: { title: 'Coverage and completeness', destination: destination('p', 5) },
  responsibilities: { title: 'Who answers for what', destination: destination('p', 6) },
  overview: { title: 'All controls', destination: destination('p', 7) },
  results: { title: 'Control results', destination: destination('p', 8) },
  exceptions: { title: 'Exceptions register', destination: destination('p', 9) },
  appendix: { title: 'Appendix', destination: destination('p', 10) },
  signOff: { title: 'Sign-off', destination: destination('p', 11) },
} as const;

/** The parts that a report has, in order: a first report has no changes. */
export function partsOf({ previous }: Report): { readonly title: string; readonly destination: string }[] {
  return Object.values(PARTS).filter((part) => part !== PARTS.changes || previous !== null);
}

/** Places within the parts that other pages lead to. Each is written in every report, but the accounts only if they are many. */
export const PLACES = {
  failing: destination('q', 1),
  people: destination('q', 2),
  unknown: destination('q', 3),
  verification: destination('q', 4),
  rules: destination('q', 5),
  words: destination('q', 6),
  limitations: destination('q', 7),
  notCollected: destination('q', 8),
  runs: destination('q', 9),
  accounts: destination('q', 10),
} as const;

/** Destination of a control set, by its place in the report. */
export const setDestination = (index: number): string => destination('s', index);

/** One failing interval with every control that its source is evidence for: the same resource is listed once. */
export interface SharedInterval {
  readonly interval: FailingInterval;
  readonly source: SourceResult;
  readonly controls: readonly string[];
}

/** Failing intervals of all controls under the sources that count, each once; supporting ones stand in the sections. */
export function sharedIntervals(controls: readonly ControlResult[]): SharedInterval[] {
  const found = new Map<string, { interval: FailingInterval; source: SourceResult; controls: string[] }>();
  for (const control of controls) {
    for (const source of control.sources.filter((it) => it.strength !== 'supporting')) {
      for (const interval of source.failing) {
        const key = JSON.stringify([source.source, interval.subject, interval.from, interval.exception]);
        const known = found.get(key);
        if (known === undefined) found.set(key, { interval, source, controls: [control.id] });
        else if (!known.controls.includes(control.id)) known.controls.push(control.id);
      }
    }
  }
  return [...found.values()];
}
