import type { Service } from '../../src/collect/service.ts';
import { EVENT_PERMISSIONS, permissionsOf, type ServiceCatalogue } from '../../src/collect/services.ts';
import { code, page, table } from './markdown.ts';

/** The IAM policy of the role that collects: exactly the actions that the readers declare. */
export function readOnlyPolicy(actions: readonly string[]): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'WitnessmarkReadOnly', Effect: 'Allow', Action: [...actions], Resource: '*' }],
  };
}

/** `docs/PERMISSIONS.md`; `roles` is the table of what the functions of a deployment may do. */
export function permissionsPage({ services, permissions }: ServiceCatalogue, roles: string): string {
  return page('Permissions', [
    'What the collecting role needs, made from what each reader in `src/collect/resources` declares. A call that the role may not make is recorded as denied, and everything that rests on it is inconclusive: leaving an action out narrows what a report can say, and the report says so.',
    '## The read-only role',
    `${permissions.length} actions. All of them list or read settings, but for \`cloudtrail:LookupEvents\`, which reads what was done in the account; none reads the content of objects, disks or queues. \`iam:GenerateCredentialReport\` is the one that makes AWS do something: it has IAM write the credential report that \`iam:GetCredentialReport\` then reads.`,
    json(readOnlyPolicy(permissions)),
    'A key policy that does not refer to IAM policies can still refuse `kms:DescribeKey` and its kin for that key. Such a key is then inconclusive.',
    '## Several accounts',
    'Accounts other than that of the credentials are read through a role of one name in each of them (`--role-name`, by default `WitnessmarkReadOnly`) with the policy above and a trust policy like this one. The credentials themselves need `sts:AssumeRole` on those roles.',
    json(trustPolicy()),
    '## CloudTrail log files from a bucket',
    '`witnessmark ingest cloudtrail s3://bucket/prefix` lists and reads the delivered files. It needs these in addition, on that bucket alone, and `kms:Decrypt` on the key where the files are encrypted with KMS.',
    json(trailPolicy()),
    '## CloudTrail without a trail',
    `\`witnessmark ingest cloudtrail --lookup\` reads the event history of an account and region with ${EVENT_PERMISSIONS.map(code).join(', ')}, which the role above holds.`,
    '## The functions of a deployment',
    'Each function of `serverless.yml` has a role of its own (`serverless/roles.json`), with what its file in `functions/` says that it needs. What is named is a resource of the stack by its logical id, and behind a slash the objects of a bucket; `MemberRoles`, `TrailBuckets`, `TrailObjects` and `TrailKeys` are what the parameters name. Beside that each may write to its own log group (`logs:CreateLogStream`, `logs:PutLogEvents`) and send traces (`xray:PutTelemetryRecords`, `xray:PutTraceSegments`).',
    'No role may delete an object or an item, and only that of `notary` may sign a checkpoint. `s3:ListBucket` is needed to read, too: S3 tells only those who may list that an object is absent. `s3:PutObjectRetention` is needed where Object Lock is on: what must stay is put with its retention.',
    '`npm run test:grants` deploys the stack on an emulator that enforces IAM, takes from each role one action on one resource at a time, and has the function do everything that it does: it must fail, or say what it did not do. The emulator asks nobody for `s3:PutObjectRetention`, so of that the requests are looked at: what a function puts with a retention is what its role names, no more and no less. What cannot be shown there is listed with its reason in `test/deploy/not-shown.ts`.',
    roles,
    '## By service',
    ...services.map(serviceSection),
  ]);
}

function trustPolicy(): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:role/audit-collector' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'the value of --external-id' } },
      },
    ],
  };
}

function trailPolicy(): object {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::your-trail-bucket' },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::your-trail-bucket/AWSLogs/*' },
    ],
  };
}

function serviceSection(service: Service): string {
  const rows = service.populations.map((reader) => [code(reader.type), reader.permissions.map(code).join(' ')]);
  const findings =
    service.findings === undefined ? [] : [['findings of AWS', service.findings.permissions.map(code).join(' ')]];
  const scope = service.scope === 'global' ? 'read once in each account' : 'read in each account and region';
  const count = permissionsOf([service]).length;
  return `### ${service.id}\n\n${count} actions, ${scope}.\n\n${table(['What is read', 'Actions'], [...rows, ...findings])}`;
}

const json = (value: object): string => `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``;
