import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { messageOf } from '../../../model/error.ts';
import { Moment } from '../shared/moment.ts';
import { parseCsv } from './csv.ts';

// Columns and their special values:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html

/** Longest report that is read, in base64 characters: 5,000 users, the largest quota, need about 3 MB. */
const MAX_CONTENT = 33_554_432;

/** The words that stand where there is no value: no such credential, never used, or not known to IAM. */
const NOTHING = new Set(['not_supported', 'N/A', 'no_information', '']);

const cell = z.string().transform((text) => (NOTHING.has(text) ? null : text));
const moment = cell.pipe(Moment.nullable());
const flag = cell.transform((text, issues) => {
  const word = text?.toLowerCase() ?? null;
  if (word === null || word === 'true' || word === 'false') return word === null ? null : word === 'true';
  issues.addIssue({ code: 'custom', message: 'expected true or false' });
  return z.NEVER;
});

/** One of the two places for access keys that every identity has. */
export interface KeySlot {
  readonly active: boolean | null;
  readonly rotated: string | null;
  readonly lastUsed: string | null;
}

function slot(active: boolean | null, rotated: string | null, lastUsed: string | null): KeySlot {
  return { active, rotated, lastUsed };
}

const ReportRow = z
  .object({
    user: z.string().min(1),
    arn: z.string().min(1),
    password_enabled: flag,
    password_last_used: moment,
    password_last_changed: moment,
    mfa_active: flag,
    access_key_1_active: flag,
    access_key_1_last_rotated: moment,
    access_key_1_last_used_date: moment,
    access_key_2_active: flag,
    access_key_2_last_rotated: moment,
    access_key_2_last_used_date: moment,
  })
  .transform((it) => ({
    user: it.user,
    arn: it.arn,
    passwordEnabled: it.password_enabled,
    passwordLastUsed: it.password_last_used,
    passwordLastChanged: it.password_last_changed,
    mfaActive: it.mfa_active,
    keys: [
      slot(it.access_key_1_active, it.access_key_1_last_rotated, it.access_key_1_last_used_date),
      slot(it.access_key_2_active, it.access_key_2_last_rotated, it.access_key_2_last_used_date),
    ] as const,
  }));
export type ReportRow = z.infer<typeof ReportRow>;

export interface CredentialReport {
  /** IAM makes a report at most every four hours: what happened since then is not in it. */
  readonly generatedAt: string;
  /** By ARN. */
  readonly rows: ReadonlyMap<string, ReportRow>;
}

/** Shape of a GetCredentialReport answer, whose Content is base64 of CSV text. */
export const CredentialReport: z.ZodType<CredentialReport> = z
  .object({ Content: z.string().max(MAX_CONTENT), GeneratedTime: Moment })
  .transform(({ Content, GeneratedTime }, issues) => {
    try {
      return { generatedAt: GeneratedTime, rows: rowsOf(Content) };
    } catch (thrown) {
      issues.addIssue({ code: 'custom', path: ['Content'], message: problemOf(thrown) });
      return z.NEVER;
    }
  });

function rowsOf(content: string): ReadonlyMap<string, ReportRow> {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(content)) throw new SyntaxError('expected base64 text');
  const [header, ...lines] = parseCsv(Buffer.from(content, 'base64').toString('utf8'));
  if (header === undefined) throw new SyntaxError('expected a CSV header, got nothing');
  const rows = lines.map((cells, index) => {
    if (cells.length !== header.length) {
      throw new SyntaxError(`line ${index + 2}: expected ${header.length} cells, got ${cells.length}`);
    }
    return ReportRow.parse(Object.fromEntries(header.map((name, column) => [name, cells[column]])));
  });
  return new Map(rows.map((row) => [row.arn, row]));
}

function problemOf(thrown: unknown): string {
  if (!(thrown instanceof z.ZodError)) return `expected a credential report: ${messageOf(thrown)}`;
  const [first] = thrown.issues;
  return `expected a credential report: column ${first?.path.join('.')}: ${first?.message}`;
}
