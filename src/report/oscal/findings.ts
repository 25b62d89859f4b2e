import type { JsonObject } from '../../model/json.ts';
import type { ControlResult } from '../../model/report.ts';
import type { Verdict } from '../../model/verdict.ts';
import { VERDICTS } from '../words.ts';
import { toolOrigin } from './assets.ts';
import { type Context, isObserved, isReviewed, observationId, tokenOf } from './context.ts';
import { present, prop, props } from './parts.ts';
import { relatedRisks } from './risks.ts';
import { attestationId, reviewId } from './statements.ts';
import { markup, markupLine } from './text.ts';

interface Status {
  readonly state: 'satisfied' | 'not-satisfied';
  readonly reason: 'pass' | 'fail' | 'other';
}

/** OSCAL has two states only: what is neither is `not-satisfied` for another reason than a failure, and says so. */
const OPEN: Status = { state: 'not-satisfied', reason: 'other' };

/** Verdicts that are no statement on the objective have no status, and their controls no finding. */
const STATUSES: Readonly<Partial<Record<Verdict, Status>>> = {
  met: { state: 'satisfied', reason: 'pass' },
  met_with_exceptions: { state: 'satisfied', reason: 'pass' },
  not_met: { state: 'not-satisfied', reason: 'fail' },
  inconclusive: OPEN,
  awaiting_attestation: OPEN,
};

export const objectiveId = (context: Context, control: ControlResult): string => `${tokenOf(context, control.id)}_obj`;

/** One finding for each control that was assessed. */
export function* findings(context: Context): Generator<JsonObject> {
  for (const control of context.report.controls.filter(isReviewed)) {
    const status = STATUSES[control.verdict];
    if (status) yield finding(context, control, status);
  }
}

function finding(context: Context, control: ControlResult, status: Status): JsonObject {
  const risks = relatedRisks(context, control);
  return present({
    uuid: context.own('finding', control.id),
    title: markupLine(`${control.id}: ${control.title}`),
    description: markup(...control.reasons),
    props: findingProps(control),
    origins: [toolOrigin(context)],
    target: target(context, control, status),
    'related-observations': related(context, control).map((uuid) => ({ 'observation-uuid': uuid })),
    'related-risks': risks.map((uuid) => ({ 'risk-uuid': uuid })),
    remarks: remarks(control, status),
  });
}

function target(context: Context, control: ControlResult, status: Status): JsonObject {
  const { word, means } = VERDICTS[control.verdict];
  return {
    type: 'objective-id',
    'target-id': objectiveId(context, control),
    title: markupLine(control.title),
    status: { ...status, remarks: markup(`${word}. ${means}`) },
  };
}

/** A property for each source, so that what was not observed or not provided is seen too. */
function findingProps(control: ControlResult): JsonObject[] {
  return [
    ...props({
      'control-label': control.id,
      verdict: control.verdict,
      responsibility: control.responsibility,
      specification: control.status,
    }),
    ...control.sources.map((it) => ({
      ...prop(isObserved(it) ? 'source' : 'source-not-observed', it.source),
      class: it.strength,
    })),
    ...control.manual.map((it) => prop('attestation-status', it.status, it.ask)),
  ];
}

function related(context: Context, control: ControlResult): string[] {
  const sources = control.sources.flatMap((source, index) =>
    isObserved(source) ? [observationId(context, { control, source, index })] : [],
  );
  const statements = control.manual.flatMap((it, index) =>
    it.attestation ? [attestationId(context, control, index)] : [],
  );
  return [...sources, ...statements, ...(control.review ? [reviewId(context, control)] : [])];
}

function remarks(control: ControlResult, status: Status): string {
  if (status !== OPEN) return markup(`Verdict: ${VERDICTS[control.verdict].word}.`);
  return markup(
    `Verdict: ${VERDICTS[control.verdict].word}. This is not a failure: OSCAL knows only satisfied and not-satisfied, and what is not known to be satisfied is not called so. The property verdict tells them apart.`,
  );
}
