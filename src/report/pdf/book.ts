import type { ControlResult, FailingInterval, Report, SourceResult } from '../../model/report.ts';
import type { Canvas } from './canvas.ts';

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
  coverage: { title: 'Coverage and completeness', destination: destination('p', 2) },
  overview: { title: 'All controls', destination: destination('p', 3) },
  results: { title: 'Control results', destination: destination('p', 4) },
  exceptions: { title: 'Exceptions register', destination: destination('p', 5) },
  appendix: { title: 'Appendix', destination: destination('p', 6) },
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

/** Byte order, the same on every machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
