import { z } from 'zod';
import { Moment } from '../shared/moment.ts';
import { field } from './pages.ts';

/** What the facts mean that snapshots of instances and of clusters have in common. */
export const SNAPSHOT_FACTS = {
  status: 'available, creating…',
  created: 'when it was taken; null while it is being made',
  encrypted: 'whether it is encrypted with a KMS key of the account',
  encryptionType: 'none, sse-kms or sse-rds (a key that AWS owns); null where RDS does not report it',
  kmsKeyId: 'KMS key; null without one',
  restorableBy: 'accounts that may copy or restore it; "all" is everyone',
} as const;

/** Those of them that RDS gives under the same name for both; each throws where its field is not as documented. */
export function snapshotFacts(snapshot: Readonly<Record<string, unknown>>) {
  const text = (name: string) => () => field(snapshot, name, z.string().min(1));
  const maybe = (name: string) => () => field(snapshot, name, z.string().optional()) ?? null;
  return {
    engine: text('Engine'),
    status: text('Status'),
    // Recorded answers have no time for a snapshot whose status is creating.
    created: () => field(snapshot, 'SnapshotCreateTime', Moment.optional()) ?? null,
    encryptionType: maybe('StorageEncryptionType'),
    kmsKeyId: maybe('KmsKeyId'),
  };
}
