import type { JsonObject } from '../../model/json.ts';
import type { Report } from '../../model/report.ts';
import type { SignOff } from '../../model/scope.ts';
import type { Context } from './context.ts';
import { present, props } from './parts.ts';
import { line, markup, markupLine } from './text.ts';

const SIGN_OFF_ROLES: Readonly<Record<SignOff['role'], string>> = {
  prepared: 'prepared-by',
  reviewed: 'reviewed-by',
  approved: 'approved-by',
};

const ROLES: Readonly<Record<string, string>> = {
  'assessed-entity': 'Organisation whose AWS accounts were assessed and whose certificate signs the report',
  'prepared-by': 'Prepared the report',
  'reviewed-by': 'Reviewed the report',
  'approved-by': 'Approved the report',
  attester: 'Made a statement for a control',
  reviewer: 'Concluded on a control',
  'risk-owner': 'Carries an accepted risk',
  'risk-approver': 'Approved an accepted risk',
};

/** Roles that people and the entity have in this document. */
export function roles(): JsonObject[] {
  return Object.entries(ROLES).map(([id, title]) => ({ id, title: markupLine(title) }));
}

/** UUID of a person or a group as it is named in statements. */
export const personId = (context: Context, name: string): string => context.shared('party', name);

export const entityId = (context: Context): string => context.shared('entity', context.report.signing.subject);

/** The entity first, then everybody who is named, once each, in the order of the report. */
export function parties(context: Context): JsonObject[] {
  const { signing } = context.report;
  const entity = {
    uuid: entityId(context),
    type: 'organization',
    name: line(organisation(signing.subject)),
    remarks: markup(`Named by the certificate that signs the report: ${signing.subject}`),
  };
  const people = [...new Set(namesOf(context.report))].map((name) => ({
    uuid: personId(context, name),
    type: 'person',
    name: line(name),
    remarks: markup('As named in the statements of the assessment; a team may stand for a person.'),
  }));
  return [entity, ...people];
}

function* namesOf({ controls, exceptions, signOff }: Report): Generator<string> {
  for (const { name } of signOff) yield name;
  for (const { manual, review } of controls) {
    for (const { attestation } of manual) if (attestation) yield attestation.by;
    if (review) yield review.reviewer;
  }
  for (const { owner, approver } of exceptions) yield* [owner, approver];
}

/** `O` of a distinguished name, or all of it where there is none or something in it is escaped. */
function organisation(subject: string): string {
  return (subject.includes('\\') ? undefined : /(?:^|, ?)O=([^,]+)/.exec(subject)?.[1]) ?? subject;
}

/** Who stands for the entity, and who signed the report off. */
export function responsibleParties(context: Context): JsonObject[] {
  const signed = context.report.signOff.map((it) =>
    present({
      'role-id': SIGN_OFF_ROLES[it.role],
      'party-uuids': [personId(context, it.name)],
      props: props({ title: it.title, 'signed-on': it.on }),
    }),
  );
  return [{ 'role-id': 'assessed-entity', 'party-uuids': [entityId(context)] }, ...signed];
}
