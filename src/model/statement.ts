import { z } from 'zod';
import { Person, Role } from './access.ts';
import { FrameworkId } from './framework.ts';
import { Sha256 } from './primitives.ts';
import { salted } from './run.ts';
import { Attestation, Review, RiskException } from './scope.ts';

/** Id of an assessment: its framework, the end of its period, and 12 digits of a hash over all that it is. */
export const AssessmentId = z
  .string()
  .max(200)
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*-\d{4}-\d\d-\d\d-[0-9a-f]{12}$/, 'expected the id of an assessment');

/** A file that was handed in, stored as `attachments/<sha256>`. */
export const Attachment = z.strictObject({
  sha256: Sha256,
  bytes: z.int().min(1),
  mediaType: z.string().max(100),
});
export type Attachment = z.infer<typeof Attachment>;

/** Key of the object that holds such a file. */
export const attachmentKey = (sha256: string): string => `attachments/${sha256}`;

/** What is stated. An exception takes the place of an earlier one with its id. */
export const Said = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('exception'),
    exception: RiskException,
    /** Limits it to assessments of one framework. */
    framework: FrameworkId.optional(),
  }),
  z.strictObject({
    type: z.literal('attestation'),
    attestation: Attestation,
    framework: FrameworkId,
    attachment: Attachment.optional(),
  }),
  z.strictObject({ type: z.literal('review'), review: Review, assessment: AssessmentId }),
  /** Takes an earlier statement back, for every assessment from then on. */
  z.strictObject({ type: z.literal('withdrawal'), statement: z.uuid(), reason: z.string().min(10).max(2000) }),
]);
export type Said = z.infer<typeof Said>;

/** Something that a person stated beside the collected evidence, as the identity provider names them. */
export const Statement = z.strictObject({
  ...salted,
  kind: z.literal('statement'),
  by: Person,
  role: Role,
  says: Said,
});
export type Statement = z.infer<typeof Statement>;
