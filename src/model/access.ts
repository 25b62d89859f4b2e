import { z } from 'zod';
import { salted } from './run.ts';

/** What somebody may do; the table of who may ask for what is in `src/api/routes.ts`. */
export const Role = z.enum(['viewer', 'auditor', 'compliance', 'admin']);
export type Role = z.infer<typeof Role>;

/** Somebody as an identity provider vouches for them: `subject` is unique within `issuer` (RFC 7519: sub, iss). */
export const Person = z.strictObject({
  subject: z.string().min(1).max(256),
  issuer: z.string().min(1).max(512),
  /** As the identity provider shows it. */
  name: z.string().min(1).max(200).optional(),
});
export type Person = z.infer<typeof Person>;

/**
 * Somebody asked for evidence, or for anything that was refused them. What they were given is sealed
 * before they are.
 */
export const AccessRecord = z.strictObject({
  ...salted,
  kind: z.literal('access'),
  /** Null where nobody vouched for the caller. */
  by: Person.nullable(),
  /** The role that it was granted by; null where it was refused. */
  role: Role.nullable(),
  /** What was asked for, by the operation of the API: `getEvidence`. */
  operation: z.string().regex(/^[A-Za-z]{1,60}$/),
  /** The assessment that the caller was limited to, or asked about. */
  assessment: z.string().max(200).nullable(),
  /** Ids and filters, as they were asked. */
  asked: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/), z.string().max(2048)),
  requestId: z.string().min(1).max(100),
  outcome: z.enum(['granted', 'refused']),
  /** Code of the refusal. */
  code: z.string().max(100).optional(),
  /** Refusals of callers without a name since the entry before, which have no entry of their own. */
  omitted: z.int().min(1).optional(),
});
export type AccessRecord = z.infer<typeof AccessRecord>;
