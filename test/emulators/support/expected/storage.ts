import { HOME, MEMBER, REGION } from '../moto.ts';
import type { Seeded } from '../seed.ts';
import { arn, type Expected, each, pair } from './arn.ts';

/** Buckets, tables, databases, secrets, images and keys. */
export function storageOutcomes({ keys, secrets }: Seeded): Expected {
  return {
    ...bucketOutcomes(),
    ...databaseOutcomes(),
    ...each(
      [
        'dynamodb-table-point-in-time-recovery',
        'dynamodb-table-customer-key-encrypted',
        'dynamodb-table-deletion-protected',
        'dynamodb-table-policy-not-public',
      ],
      pair(arn.table('good'), arn.table('open')),
    ),
    ...each(
      [
        'secretsmanager-secret-rotation-enabled',
        'secretsmanager-secret-encrypted-with-customer-key',
        'secretsmanager-secret-not-public',
      ],
      pair(secrets.good, secrets.open),
    ),
    ...each(
      [
        'ecr-repository-images-scanned',
        'ecr-repository-tags-immutable',
        'ecr-repository-lifecycle-policy-set',
        'ecr-repository-policy-not-public',
        'ecr-repository-encrypted-with-cmk',
      ],
      pair(arn.repository('good'), arn.repository('open')),
    ),
    'kms-key-rotation-enabled': {
      ...pair(arn.key(keys.rotated), arn.key(keys.unrotated)),
      [arn.key(keys.doomed)]: 'not_applicable',
    },
    'kms-key-not-pending-deletion': pair(arn.key(keys.rotated), arn.key(keys.doomed)),
    'kms-key-policy-not-public': pair(arn.key(keys.rotated), arn.key(keys.open)),
  };
}

function bucketOutcomes(): Expected {
  const goodNotOpen = pair(arn.bucket('wm-good'), arn.bucket('wm-open'));
  const logsToo = { ...goodNotOpen, [arn.bucket('wm-logs')]: 'compliant' };
  const closed = [
    's3-bucket-policy-not-public',
    's3-bucket-acl-not-public',
    's3-bucket-versioning-enabled',
    's3-bucket-acl-no-public-list',
    's3-bucket-policy-no-other-accounts',
  ];
  const bare = [
    's3-bucket-tls-only',
    's3-bucket-encrypted-by-default',
    's3-bucket-encrypted-with-kms',
    's3-bucket-public-access-blocked',
    's3-bucket-access-logging-enabled',
    's3-bucket-lifecycle-configured',
    's3-bucket-object-lock-enabled',
    's3-bucket-replication-enabled',
    's3-bucket-event-notifications-enabled',
    's3-bucket-acls-disabled',
  ];
  return {
    ...each(closed, logsToo),
    ...each(bare, { ...goodNotOpen, [arn.bucket('wm-logs')]: 'non_compliant' }),
    's3-bucket-mfa-delete-enabled': { [arn.bucket('wm-good')]: 'non_compliant' },
    's3-account-public-access-blocked': pair(`s3:${MEMBER}`, `s3:${HOME}`),
  };
}

function databaseOutcomes(): Expected {
  const both = [
    'storage-encrypted',
    'backups-kept',
    'deletion-protected',
    'iam-authentication-enabled',
    'admin-not-default',
  ];
  const alone = ['not-public', 'multi-az', 'minor-upgrades-automatic', 'logs-exported'];
  const of = (kind: string, checks: readonly string[]) => checks.map((it) => `rds-${kind}-${it}`);
  const kept = (kind: string, suffix: string) => pair(arn.rds(kind, `good${suffix}`), arn.rds(kind, `open${suffix}`));
  const region = `rds:${HOME}:${REGION}`;
  return {
    ...each(of('instance', [...both, ...alone]), kept('db', '')),
    ...each(of('cluster', both), kept('cluster', '-cluster')),
    ...each(of('snapshot', ['not-public', 'encrypted']), kept('snapshot', '-kept')),
    ...each(of('cluster-snapshot', ['not-public', 'encrypted']), kept('cluster-snapshot', '-cluster-kept')),
    'rds-region-cluster-events-notified': { [region]: 'compliant', [`rds:${MEMBER}:${REGION}`]: 'not_applicable' },
    'rds-region-instance-events-notified': { [region]: 'non_compliant' },
  };
}
