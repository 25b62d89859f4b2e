import { z } from 'zod';
import { Timestamp } from './primitives.ts';
import { salted } from './run.ts';

/** Most findings that an entry quotes; what is more is counted. */
export const MOST_FINDINGS = 100;

/**
 * `whole`: the log, and everything that its entries lead to. `log_and_new`: the log, and what entries from `from` on
 * lead to; what lies before was looked at by earlier audits.
 */
export const AuditCoverage = z.enum(['whole', 'log_and_new']);
export type AuditCoverage = z.infer<typeof AuditCoverage>;

/** The ledger was derived again and compared with what is stored; this is what came of it, good or bad. */
export const AuditRecord = z.strictObject({
  ...salted,
  kind: z.literal('audit'),
  covered: AuditCoverage,
  /** Entries below led to objects that were not looked at again; 0 for `whole`. */
  from: z.int().min(0),
  /** Entries under the largest checkpoint that was valid; 0 where none was. */
  size: z.int().min(0),
  /** Its root hash in base64; null where no checkpoint was valid. */
  root: z.string().max(64).nullable(),
  /** No finding was an error. */
  ok: z.boolean(),
  errors: z.int().min(0),
  warnings: z.int().min(0),
  /** The first of them, errors first, by code and key of the object. */
  findings: z
    .array(
      z.strictObject({
        code: z.string().max(100),
        severity: z.enum(['error', 'warning']),
        object: z.string().max(300),
      }),
    )
    .max(MOST_FINDINGS),
  /** What was looked at. */
  counts: z.record(z.string().regex(/^[a-zA-Z]{1,40}$/), z.int().min(0)),
  startedAt: Timestamp,
  endedAt: Timestamp,
  software: z.string().max(200),
});
export type AuditRecord = z.infer<typeof AuditRecord>;
