import type { JsonObject } from '../../model/json.ts';
import type { ControlResult, ManualResult, ReportedReview } from '../../model/report.ts';
import type { Attestation } from '../../model/scope.ts';
import { type Context, isReviewed } from './context.ts';
import { endOfDay, present, props, startOfDay } from './parts.ts';
import { personId } from './people.ts';
import { markup, markupLine } from './text.ts';

export const attestationId = (context: Context, control: ControlResult, index: number): string =>
  context.own('attestation', control.id, index);

export const reviewId = (context: Context, control: ControlResult): string => context.own('review', control.id);

/** What people stated on reviewed controls, and what reviewers concluded on them. */
export function* statementObservations(context: Context): Generator<JsonObject> {
  for (const control of context.report.controls.filter(isReviewed)) {
    for (const [index, { attestation, ...asked }] of control.manual.entries()) {
      if (attestation) yield attested(context, { control, index, attestation, asked });
    }
    if (control.review) yield reviewed(context, control, control.review);
  }
}

interface Stated {
  readonly control: ControlResult;
  readonly index: number;
  readonly attestation: Attestation;
  readonly asked: Omit<ManualResult, 'attestation'>;
}

/** Examined where a document is attached, an interview where there is a statement only. */
function attested(context: Context, { control, index, attestation, asked }: Stated): JsonObject {
  return present({
    uuid: attestationId(context, control, index),
    title: markupLine(`${control.id}: ${asked.ask}`),
    description: markup(attestation.statement),
    props: props({
      'control-label': control.id,
      source: 'attestation',
      'attestation-status': asked.status,
      renew: asked.renew,
      'attachment-sha256': attestation.attachment,
    }),
    methods: [attestation.attachment === undefined ? 'INTERVIEW' : 'EXAMINE'],
    types: ['control-objective'],
    origins: [byPerson(context, attestation.by, 'attester')],
    collected: startOfDay(attestation.on),
    expires: endOfDay(attestation.expires),
  });
}

function reviewed(context: Context, control: ControlResult, review: ReportedReview): JsonObject {
  return present({
    uuid: reviewId(context, control),
    title: markupLine(`${control.id}: conclusion of the reviewer`),
    description: markup(review.comment),
    props: props({
      'control-label': control.id,
      source: 'review',
      conclusion: review.conclusion,
      'reviewed-ledger-size': review.ledger_size,
      'evidence-since-review': review.newer,
    }),
    methods: ['EXAMINE'],
    types: ['control-objective'],
    origins: [byPerson(context, review.reviewer, 'reviewer')],
    collected: startOfDay(review.on),
    remarks: markup('The conclusion of a person. It stands beside the verdict and does not change it.'),
  });
}

const byPerson = (context: Context, name: string, role: string): JsonObject => ({
  actors: [{ type: 'party', 'actor-uuid': personId(context, name), 'role-id': role }],
});
