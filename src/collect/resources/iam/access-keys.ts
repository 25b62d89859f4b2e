import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import { Moment } from '../shared/moment.ts';
import type { CredentialReport, KeySlot, ReportRow } from './credential-report.ts';
import { unknownTo } from './read-credential-report.ts';

/**
 * A key as ListAccessKeys names it. A recording holds a placeholder in place of the id, which ends in
 * the same four characters: the only part of it that becomes a fact.
 */
export const AccessKey = z.object({
  AccessKeyId: z.string().min(16),
  Status: z.enum(['Active', 'Inactive', 'Expired']),
  CreateDate: Moment,
});
export type AccessKey = z.infer<typeof AccessKey>;

/** What is known of a key without its use: changes only when somebody changes the key. */
export const keyFacts = ({ AccessKeyId, Status, CreateDate }: AccessKey) => ({
  id: AccessKeyId.slice(-4),
  status: Status,
  created: CreateDate,
});

/**
 * The keys of one user with the last use that the credential report knows: asking IAM per key would
 * need the whole id, which recordings do not hold. A key belongs to the place of the report that was
 * filled when the key was made. Throws when a key older than the report has no such place, or two
 * that differ.
 */
export function accessKeysWithUse(keys: readonly AccessKey[], report: CredentialReport, row: ReportRow): JsonObject[] {
  return keys.map((key) => ({ ...keyFacts(key), lastUsed: lastUseOf(key, report, row) }));
}

function lastUseOf(key: AccessKey, report: CredentialReport, row: ReportRow): string | null {
  const [slot, other] = row.keys.filter((it) => isFilledBy(it, key));
  if (slot === undefined && key.CreateDate > report.generatedAt) return null;
  const isAmbiguous = other !== undefined && other.lastUsed !== slot?.lastUsed;
  if (slot === undefined || isAmbiguous) {
    const what = isAmbiguous ? 'two access keys made at the same second' : 'no access key made at that time';
    throw unknownTo(report, `${what} (${key.CreateDate}) for ${row.arn}`);
  }
  return slot.lastUsed;
}

/** The report gives times to the second. */
function isFilledBy(slot: KeySlot, key: AccessKey): boolean {
  return slot.rotated?.slice(0, 19) === key.CreateDate.slice(0, 19);
}
