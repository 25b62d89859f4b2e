import { z } from 'zod';
import { isAbout, type Stated, state, statements } from '../../app/statements.ts';
import { Person, Role } from '../../model/access.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { type Control, FrameworkId } from '../../model/framework.ts';
import { dayOf, Sha256, Timestamp } from '../../model/primitives.ts';
import { Attestation, Review, RiskException } from '../../model/scope.ts';
import { AssessmentId, attachmentKey, Said } from '../../model/statement.ts';
import { aboutOf, versionOf } from '../about.ts';
import { PAGING, page, pageOf } from '../cursor.ts';
import { type Call, json, type Route, route } from '../route.ts';
import { ABOUT, NONE, READERS, WRITERS } from '../shapes.ts';

import { MEDIA_TYPES } from './attachments.ts';

export const StatementItem = z
  .strictObject({
    id: z.uuid(),
    entry: z.int().min(0),
    at: Timestamp,
    by: Person,
    role: Role,
    says: Said,
    /** What ended it: a withdrawal, or a later exception of the same id. */
    ended: z.strictObject({ entry: z.int().min(0), at: Timestamp, by: Person }).nullable(),
  })
  .meta({ id: 'Statement' });

const Query = z.strictObject({
  ...ABOUT,
  inForce: z.enum(['true', 'false']).optional().describe('Only what counts still, or only what does not.'),
  ...PAGING,
});

const { by: _by, on: _on, attachment: _attachment, ...attested } = Attestation.shape;
const { approver: _approver, approved: _approved, ...excepted } = RiskException.shape;
const { reviewer: _reviewer, on: _reviewed, ...concluded } = Review.shape;

const name = z.string().min(1).max(200).optional().describe('You, where left out.');
const day = Attestation.shape.on.optional().describe('Today, where left out.');

const NewException = z
  .strictObject({ ...excepted, approver: name, approved: day, framework: FrameworkId.optional() })
  .meta({ id: 'NewException' });
const NewAttestation = z
  .strictObject({
    ...attested,
    framework: FrameworkId,
    by: name,
    on: day,
    attachment: z.strictObject({ sha256: Sha256, mediaType: z.enum(MEDIA_TYPES) }).optional(),
  })
  .meta({ id: 'NewAttestation' });
const NewReview = z
  .strictObject({ ...concluded, assessment: AssessmentId, reviewer: name, on: day })
  .meta({ id: 'NewReview' });
const Withdrawal = z.strictObject({ reason: z.string().min(10).max(2000) }).meta({ id: 'Withdrawal' });

function itemOf({ entry, statement, endedBy }: Stated): z.infer<typeof StatementItem> {
  const { id, at, by, role, says } = statement;
  const ended = endedBy ? { entry: endedBy.entry, at: endedBy.statement.at, by: endedBy.statement.by } : null;
  return { id, entry, at, by, role, says, ended };
}

type AnyCall<Body = unknown> = Call<unknown, unknown, Body>;

async function stated(call: AnyCall, says: Said): Promise<Response> {
  const { ports, principal, role, requestId } = call;
  const made = await state(ports.store, { by: principal.person, role, requestId, says });
  return json(itemOf(made), 201);
}

const nameOf = ({ principal: { person } }: AnyCall): string => person.name ?? person.subject;
const today = ({ ports }: AnyCall): string => dayOf(ports.store.clock.now());

function unknown(what: string): WitnessmarkError {
  return new WitnessmarkError('api-unknown-reference', `there is no ${what}`);
}

function orderOf(what: string, first: string, last: string): void {
  if (first > last) throw new WitnessmarkError('api-invalid', `${what}: ${last} is before ${first}`);
}

/** Throws `api-unknown-reference` for a control that the framework does not have: a statement about it would count nowhere. */
function controlOf({ ports }: AnyCall, framework: string, control: string): Control {
  const sets = ports.catalogue.frameworks.get(framework)?.control_sets;
  if (sets === undefined) throw unknown(`framework ${framework}`);
  const found = sets.flatMap((it) => it.controls).find((it) => it.id === control);
  if (found === undefined) throw unknown(`control ${control} in ${framework}`);
  return found;
}

async function attachmentOf({ ports }: AnyCall, asked: { sha256: string; mediaType: string }) {
  const stored = await ports.store.objects.get(attachmentKey(asked.sha256));
  if (stored === undefined) throw unknown(`attachment ${asked.sha256}`);
  return { ...asked, bytes: stored.bytes.length };
}

/** A list of statements of one type. */
function list(type: 'exception' | 'attestation' | 'review'): Route {
  const plural = `${type}s`;
  return route({
    method: 'get',
    path: `/v1/${plural}`,
    operation: `list${plural.charAt(0).toUpperCase()}${plural.slice(1)}`,
    summary: `The ${plural} that were stated, in ledger order`,
    tag: 'Statements',
    roles: READERS,
    recorded: true,
    params: NONE,
    query: Query,
    answer: { status: 200, says: 'Statements.', content: pageOf(StatementItem) },
    async handle(call) {
      const about = await aboutOf(call);
      const size = await call.ports.store.index.size();
      const { inForce } = call.query;
      const rows = (await statements(call.ports.store, size)).filter(
        ({ statement: { says }, endedBy }) =>
          says.type === type &&
          (about === undefined || isAbout(says, about)) &&
          (inForce === undefined || (endedBy === undefined) === (inForce === 'true')),
      );
      const asked = { ...call.query, assessment: call.assessment };
      return json(
        await page(asked, size, { of: plural, rows: () => rows, placeOf: ({ entry }) => ({ index: entry }), itemOf }),
      );
    },
  });
}

const CREATED = { status: 201, says: 'The statement, sealed.', content: StatementItem } as const;
const WRITES = {
  method: 'post',
  tag: 'Statements',
  roles: WRITERS,
  recorded: true,
  query: NONE,
  answer: CREATED,
} as const;

export const STATEMENT_ROUTES: readonly Route[] = [
  list('exception'),
  route({
    ...WRITES,
    path: '/v1/exceptions',
    operation: 'stateException',
    summary: 'Accept a risk until a day. Takes the place of an exception with the same id',
    params: NONE,
    body: NewException,
    async handle(call) {
      const { framework, approver = nameOf(call), approved = today(call), ...rest } = call.body;
      orderOf('approved and expires', approved, rest.expires);
      if (framework !== undefined && rest.control !== undefined) controlOf(call, framework, rest.control);
      const exception = RiskException.parse({ ...rest, approver, approved });
      return stated(call, { type: 'exception', exception, ...(framework === undefined ? {} : { framework }) });
    },
  }),
  list('attestation'),
  route({
    ...WRITES,
    path: '/v1/attestations',
    operation: 'stateAttestation',
    summary: 'Answer a manual question of a control, with a file or without',
    params: NONE,
    body: NewAttestation,
    async handle(call) {
      const { framework, attachment: given, by = nameOf(call), on = today(call), ...rest } = call.body;
      orderOf('on and expires', on, rest.expires);
      const asks = controlOf(call, framework, rest.control).sources.flatMap((it) =>
        'manual' in it ? it.manual.ask : [],
      );
      if (!asks.includes(rest.ask))
        throw new WitnessmarkError('api-unknown-reference', `control ${rest.control} does not ask this`, {
          hint: asks.length > 0 ? `it asks: ${asks.join(' | ')}` : 'it asks nothing that somebody could attest',
        });
      const attachment = given ? { attachment: await attachmentOf(call, given) } : {};
      const attestation = { ...rest, by, on, ...(given ? { attachment: given.sha256 } : {}) };
      return stated(call, { type: 'attestation', attestation, framework, ...attachment });
    },
  }),
  list('review'),
  route({
    ...WRITES,
    path: '/v1/reviews',
    operation: 'stateReview',
    summary: 'Conclude on a control of an assessment',
    params: NONE,
    body: NewReview,
    async handle(call) {
      const { assessment, reviewer = nameOf(call), on = today(call), ...rest } = call.body;
      const { framework } = (await versionOf(call, assessment)).assessment;
      controlOf(call, framework.framework, rest.control);
      return stated(call, { type: 'review', assessment, review: Review.parse({ ...rest, reviewer, on }) });
    },
  }),
  route({
    ...WRITES,
    path: '/v1/statements/{statement}/withdrawal',
    operation: 'withdrawStatement',
    summary: 'Take a statement back. It stays in the ledger, and in the assessments that quote it',
    params: z.strictObject({ statement: z.uuid() }),
    body: Withdrawal,
    handle: (call) => stated(call, { type: 'withdrawal', statement: call.params.statement, reason: call.body.reason }),
  }),
];
