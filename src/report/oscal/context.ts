import type { ControlResult, Report, SourceResult } from '../../model/report.ts';
import type { SourceSample } from '../../model/sample.ts';
import { uuidOf } from '../uuid.ts';
import { controlTokens } from './token.ts';

/** What every part of the document is made from. */
export interface Context {
  readonly report: Report;
  /** Token of each control id. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly samples: ReadonlyMap<string, SourceSample>;
  /** UUID of something that belongs to this report only. */
  own(...parts: readonly (string | number)[]): string;
  /** UUID of something that later reports from the same ledger name too: people, accounts, resources. */
  shared(...parts: readonly (string | number)[]): string;
}

/** A source of a control that is reviewed, with its place in the control. */
export interface ControlSource {
  readonly control: ControlResult;
  readonly source: SourceResult;
  readonly index: number;
}

export function contextOf(report: Report): Context {
  const { origin, size, root } = report.ledger;
  const tokens = controlTokens(
    report.framework.id,
    report.controls.map((it) => it.id),
  );
  return {
    report,
    tokens,
    samples: new Map(report.samples.map((it) => [it.source, it])),
    own: (...parts) => uuidOf(origin, size, root, report.id, ...parts),
    shared: (...parts) => uuidOf(origin, ...parts),
  };
}

/** Token of a control; ids of exceptions may name a control that the framework does not have. */
export const tokenOf = (context: Context, control: string): string => context.tokens.get(control) ?? '';

/** Whether the report says anything of the control that OSCAL could call satisfied or not. */
export const isReviewed = ({ verdict }: ControlResult): boolean =>
  verdict !== 'not_assessed' && verdict !== 'not_applicable';

/** Whether the source was observed at all in the period. */
export const isObserved = (source: SourceResult): boolean =>
  source.observations > 0 || source.failing.length > 0 || source.inconclusive.length > 0;

/** Sources of reviewed controls that were observed: each becomes an observation. */
export function* observedSources(report: Report): Generator<ControlSource> {
  for (const control of report.controls) {
    if (!isReviewed(control)) continue;
    for (const [index, source] of control.sources.entries()) {
      if (isObserved(source)) yield { control, source, index };
    }
  }
}

export const observationId = (context: Context, { control, source, index }: ControlSource): string =>
  context.own('observation', control.id, source.source, index);
