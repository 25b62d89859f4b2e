import { z } from 'zod';
import { AccessRecord } from './access.ts';
import { Alert } from './alert.ts';
import { AuditRecord } from './audit-record.ts';
import { Evidence, Observations } from './evidence.ts';
import { Sha256, Timestamp } from './primitives.ts';
import { ReportRecord } from './report-record.ts';
import { AssessmentDefinition, FrameworkVersion, Plan, Run, TrustRecord } from './run.ts';
import { Statement } from './statement.ts';

/** Everything a ledger entry can commit to. */
export const Body = z.discriminatedUnion('kind', [
  Evidence,
  Observations,
  Plan,
  Run,
  FrameworkVersion,
  AssessmentDefinition,
  ReportRecord,
  TrustRecord,
  AccessRecord,
  Statement,
  AuditRecord,
  Alert,
]);
export type Body = z.infer<typeof Body>;
export type Kind = Body['kind'];

/**
 * A ledger entry: small, canonical JSON, no personal data. `body` is the SHA-256 of the body's
 * canonical bytes, `in` the name of the object `evidence/<in>.jsonl.gz` that holds them as one line.
 */
export const Entry = z.strictObject({
  v: z.literal(1),
  kind: z.enum([
    'evidence',
    'observations',
    'plan',
    'run',
    'framework',
    'assessment',
    'report',
    'trust',
    'access',
    'statement',
    'audit',
    'alert',
  ]),
  id: z.uuid(),
  run: z.uuid(),
  at: Timestamp,
  body: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  in: Sha256,
});
export type Entry = z.infer<typeof Entry>;
