import { z } from 'zod';
import type { Role } from '../model/access.ts';
import { Role as Roles } from '../model/access.ts';
import { WitnessmarkError } from '../model/error.ts';
import { AssessmentId } from '../model/statement.ts';

/** No parameters. */
export const NONE = z.strictObject({});

/** Everybody who has a role. */
export const ALL: readonly Role[] = Roles.options;
/** Who sees evidence: not viewers. */
export const READERS: readonly Role[] = ['auditor', 'compliance', 'admin'];
/** Who states things and asks for reports. */
export const WRITERS: readonly Role[] = ['compliance', 'admin'];

/** The index of a ledger entry, in a path. */
export const EntryIndex = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/, 'expected the index of a ledger entry')
  .transform(Number);

/** In a query: auditors have to name the assessment, unless they may see one only. */
export const ABOUT = {
  assessment: AssessmentId.optional().describe('Limits it to an assessment. Auditors see nothing beyond theirs.'),
};

export const notFound = (what: string): WitnessmarkError =>
  new WitnessmarkError('api-not-found', `there is no ${what}`);
