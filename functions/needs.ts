/**
 * What a function may do: the statement of its role, from which `npm run generate` writes `serverless/roles.json`. A
 * resource is a logical id of the template, with a path behind it where only a part of it is meant, or `*`.
 */
export interface Need {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Where only create-if-absent is needed: what the ledger is made of. */
const LEDGER = ['batch', 'tile', 'checkpoints', 'evidence', 'retrievals', 'events'];

const inStore = (paths: readonly string[]): string[] => paths.map((it) => `StoreBucket/${it}`);

/** Objects are encrypted under the data key. */
export const data: Need = { sid: 'DataKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['DataKey'] };

/** Without s3:ListBucket S3 answers 403 for what is absent, and nothing could be created if absent. */
export const readStore: readonly Need[] = [
  { sid: 'ListStore', actions: ['s3:ListBucket'], resources: ['StoreBucket'] },
  { sid: 'ReadStore', actions: ['s3:GetObject'], resources: ['StoreBucket/*'] },
  data,
];

/** Ids and salts are derived with the deployment's secret. */
export const useSecret: Need = { sid: 'Secret', actions: ['kms:GenerateMac'], resources: ['SecretKey'] };

export const readIndex: Need = {
  sid: 'ReadIndex',
  actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
  resources: ['IndexTable'],
};

export const writeIndex: Need = {
  sid: 'WriteIndex',
  actions: ['dynamodb:BatchWriteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  resources: ['IndexTable'],
};

/** Puts objects under these paths of the store; where it is locked, each with its retention. */
export const putInStore = (sid: string, ...paths: string[]): Need => ({
  sid,
  actions: ['s3:PutObject', 's3:PutObjectRetention'],
  resources: inStore(paths),
});

export const askNotary: Need = {
  sid: 'AskNotary',
  actions: ['lambda:InvokeFunction'],
  resources: ['NotaryFunction'],
};

/** Opens the store and appends to its ledger: what is sealed is signed by the notary and indexed. */
export const appendLedger: readonly Need[] = [
  ...readStore,
  useSecret,
  readIndex,
  writeIndex,
  putInStore('AppendLedger', ...LEDGER.map((it) => `${it}/*`), 'checkpoint'),
  askNotary,
];

export const publish = (topic: string): Need => ({ sid: 'Publish', actions: ['sns:Publish'], resources: [topic] });

/** Reads member accounts through the role of `templates/member-role.yaml`. */
export const assumeMemberRole: Need = {
  sid: 'ReadMemberAccounts',
  actions: ['sts:AssumeRole'],
  resources: ['MemberRoles'],
};

/** Reads what trails delivered to the buckets that the parameters name. */
export const readTrails: readonly Need[] = [
  { sid: 'ListTrails', actions: ['s3:ListBucket'], resources: ['TrailBuckets'] },
  { sid: 'ReadTrails', actions: ['s3:GetObject'], resources: ['TrailObjects'] },
  { sid: 'TrailKeys', actions: ['kms:Decrypt'], resources: ['TrailKeys'] },
];

/** Starts a function of the deployment. */
export const invoke = (resource: string): Need => ({
  sid: 'Invoke',
  actions: ['lambda:InvokeFunction'],
  resources: [resource],
});

/** Looks at what keeps objects, which HeadObject tells to who may, and at what the bucket says of new ones. */
export const readRetention: readonly Need[] = [
  {
    sid: 'ReadRetention',
    actions: ['s3:GetObjectLegalHold', 's3:GetObjectRetention'],
    resources: inStore(['*']),
  },
  { sid: 'ReadRetentionRule', actions: ['s3:GetBucketObjectLockConfiguration'], resources: ['StoreBucket'] },
];

/** Reads what the notary remembers, and asks KMS for the key that checkpoints verify with. */
export const readNotary: readonly Need[] = [
  { sid: 'ListNotaryMemory', actions: ['s3:ListBucket'], resources: ['NotaryBucket'] },
  { sid: 'ReadNotaryMemory', actions: ['s3:GetObject'], resources: ['NotaryBucket/*'] },
  { sid: 'CheckpointKey', actions: ['kms:GetPublicKey'], resources: ['CheckpointKey'] },
];
/** What a queue asks of a function that it feeds. */
export const takeFrom = (queue: string): Need => ({
  sid: 'TakeFromQueue',
  actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  resources: [queue],
});
