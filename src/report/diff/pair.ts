import type { SourceResult } from '../../model/report.ts';
import type { Sides } from './change.ts';

/** One source of one control in both reports. */
export interface SourcePair {
  readonly source: string;
  readonly before: SourceResult | undefined;
  readonly after: SourceResult | undefined;
  readonly sides: Sides;
}

/** What names a subject under a source. */
export interface Subject {
  readonly account: string;
  readonly region: string;
  readonly subject: string;
}

/** Whether both are one subject in one place. */
export const sameSubject = (a: Subject, b: Subject): boolean =>
  a.subject === b.subject && a.account === b.account && a.region === b.region;

/** What the source is worth under the control: as the new report has it, where it has it. */
export const strengthOf = ({ before, after }: SourcePair): SourceResult['strength'] | null =>
  (after ?? before)?.strength ?? null;
