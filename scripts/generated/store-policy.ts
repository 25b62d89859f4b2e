/** How a policy names things: as text in a template for any bucket, as intrinsic functions in CloudFormation. */
interface Names {
  readonly bucket: unknown;
  readonly objects: (keys: string) => unknown;
  /** Where in the bucket the store may lie: what stands before its keys. */
  readonly prefixes: readonly string[];
  /** ARN of the one KMS key that objects may be encrypted with; left out, nothing is said of it. */
  readonly dataKey?: unknown;
}

/** What is replaced, by compare-and-swap: the checkpoint, states of jobs, and what remembers how far something came and how things are. */
const SWAPPED = ['checkpoint', 'reports/*/job.json', 'state/*', 'health/newest.json'];
/** What people upload, and what waits for the next step of a run. */
const FREE = ['custom/*', 'config/*', 'recording/*', 'staging/*'];

const absent = (...keys: string[]) => ({ Null: Object.fromEntries(keys.map((it) => [it, 'true'])) });
/**
 * Of an upload in parts only the request that completes it makes an object
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html).
 */
const CREATES = { Bool: { 's3:ObjectCreationOperation': 'true' } };

const deny = (Sid: string, rest: object) => ({ Sid, Effect: 'Deny', Principal: '*', ...rest });

function policy({ bucket, objects, prefixes, dataKey }: Names) {
  const all = objects('*');
  const of = (keys: readonly string[]) => keys.flatMap((it) => prefixes.map((prefix) => objects(prefix + it)));
  return {
    Version: '2012-10-17',
    Statement: [
      deny('TlsOnly', {
        Action: 's3:*',
        Resource: [bucket, all],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      deny('NothingIsDeleted', { Action: 's3:DeleteObject', NotResource: of(FREE) }),
      deny('NoVersionIsDeleted', {
        Action: ['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention'],
        Resource: all,
      }),
      deny('NothingIsReplaced', {
        Action: 's3:PutObject',
        NotResource: of([...SWAPPED, ...FREE]),
        Condition: { ...absent('s3:if-none-match'), ...CREATES },
      }),
      deny('WhatIsReplacedIsSwapped', {
        Action: 's3:PutObject',
        Resource: of(SWAPPED),
        Condition: { ...absent('s3:if-none-match', 's3:if-match'), ...CREATES },
      }),
      ...(dataKey === undefined ? [] : encryption(all, dataKey)),
    ],
  };
}

/** A request that says nothing of encryption gets the bucket's default, which is this key. */
function encryption(all: unknown, dataKey: unknown): object[] {
  const header = 's3:x-amz-server-side-encryption';
  return [
    deny('NoOtherEncryption', {
      Action: 's3:PutObject',
      Resource: all,
      Condition: { StringNotEqualsIfExists: { [header]: 'aws:kms' }, Null: { [header]: 'false' } },
    }),
    deny('NoOtherKey', {
      Action: 's3:PutObject',
      Resource: all,
      Condition: {
        ArnNotEquals: { [`${header}-aws-kms-key-id`]: dataKey },
        Null: { [`${header}-aws-kms-key-id`]: 'false' },
      },
    }),
    deny('NoKeyOfTheCustomer', {
      Action: 's3:PutObject',
      Resource: all,
      Condition: { Null: { [`${header}-customer-algorithm`]: 'false' } },
    }),
  ];
}

/** The policy of a store's bucket with its name in the place of BUCKET, for buckets that this project does not make. */
export const storePolicyTemplate = (): object =>
  policy({ bucket: 'arn:aws:s3:::BUCKET', objects: (keys) => `arn:aws:s3:::BUCKET/${keys}`, prefixes: ['', '*/'] });

/** The same for the bucket of the stack, whose key is known. */
export const stackStorePolicy = (): object =>
  policy({
    bucket: { 'Fn::GetAtt': ['StoreBucket', 'Arn'] },
    objects: (keys) => ({ 'Fn::Sub': `\${StoreBucket.Arn}/${keys}` }),
    prefixes: [''],
    dataKey: { 'Fn::If': ['MakesDataKey', { 'Fn::GetAtt': ['DataKey', 'Arn'] }, { Ref: 'DataKeyArn' }] },
  });
