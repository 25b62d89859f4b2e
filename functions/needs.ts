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

const inStore = (paths: readonly string[]): string[] => paths.map((it) => `StoreBucket/${it}`);

/** Objects, items and messages are encrypted under the data key. */
export const data: Need = { sid: 'DataKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['DataKey'] };

/** Ids and salts are derived with the deployment's secret. */
export const useSecret: Need = { sid: 'Secret', actions: ['kms:GenerateMac'], resources: ['SecretKey'] };

/** Without s3:ListBucket S3 answers 403 for what is absent, and nothing could be created if absent. */
export const listStore: Need = { sid: 'ListStore', actions: ['s3:ListBucket'], resources: ['StoreBucket'] };

/** Reads objects under these paths of the store, beside what every function opens it with. */
export const readInStore = (sid: string, ...paths: string[]): Need => ({
  sid,
  actions: ['s3:GetObject'],
  resources: inStore(paths),
});

/** Opens the store: what it is called, the keys that it is trusted by, and its secret. */
export const openStore: readonly Need[] = [
  readInStore('OpenStore', 'store.json', 'trust/*'),
  listStore,
  data,
  useSecret,
];

/** The ledger as it is appended to: an entry's place is found before it is taken, and the tree is read to be extended. */
const LEDGER = ['batch/*', 'tile/*', 'checkpoints/*', 'checkpoint', 'evidence/*'];
export const readLedger: Need = readInStore('ReadLedger', ...LEDGER);

/** For those that go through whatever the store holds: an audit, a report, the API, the indicators of health. */
export const readWholeStore: readonly Need[] = [readInStore('ReadStore', '*'), listStore, data, useSecret];

/** Finds an entry by its place or by the hash of its body. */
const findInIndex: Need = {
  sid: 'FindInIndex',
  actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
  resources: ['IndexTable'],
};

/** Goes through lists of entries: those who only append need none of them. */
export const queryIndex: Need = { sid: 'QueryIndex', actions: ['dynamodb:Query'], resources: ['IndexTable'] };

export const readIndex: readonly Need[] = [findInIndex, queryIndex];

/** Items are put one by one, each under a condition, and never deleted: to clear an index is its owner's to do. */
export const writeIndex: Need = { sid: 'WriteIndex', actions: ['dynamodb:PutItem'], resources: ['IndexTable'] };

/** Puts objects under these paths of the store; where it is locked, each with its retention. */
export const putInStore = (sid: string, ...paths: string[]): Need => ({
  sid,
  actions: ['s3:PutObject', 's3:PutObjectRetention'],
  resources: inStore(paths),
});

/** Puts objects that must not be locked, since they are replaced or go away: they are put without a retention. */
export const replaceInStore = (sid: string, ...paths: string[]): Need => ({
  sid,
  actions: ['s3:PutObject'],
  resources: inStore(paths),
});

export const askNotary: Need = {
  sid: 'AskNotary',
  actions: ['lambda:InvokeFunction'],
  resources: ['NotaryFunction'],
};

/** Signs through the notary what was sequenced, and indexes it. */
export const publishLedger: readonly Need[] = [
  findInIndex,
  writeIndex,
  putInStore('KeepTree', 'tile/*', 'checkpoints/*'),
  replaceInStore('PublishCheckpoint', 'checkpoint'),
  askNotary,
];

/** Seals: bodies and their batch are put, signed by the notary, and indexed. */
export const writeLedger: readonly Need[] = [putInStore('Seal', 'batch/*', 'evidence/*'), ...publishLedger];

/** Opens the store and appends to its ledger. */
export const appendLedger: readonly Need[] = [...openStore, readLedger, ...writeLedger];

/** What a run judges by: the user's own set, and which it is. */
export const CUSTOM_SET = ['custom-active/*', 'state/custom.json'];

/** What a deployment looks at, and what it judges by. */
export const CONFIGURED = ['config/deployment.yaml', ...CUSTOM_SET];

/** What Lambda could not have done after its last try is handed to the dead letters, under the role of the function. */
export const tellFailures: Need = { sid: 'TellFailures', actions: ['sqs:SendMessage'], resources: ['FailedQueue'] };

export const publish = (topic: string): Need => ({ sid: 'Tell', actions: ['sns:Publish'], resources: [topic] });

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

/** Reads what the notary remembers. */
export const readNotaryMemory: readonly Need[] = [
  { sid: 'ListNotaryMemory', actions: ['s3:ListBucket'], resources: ['NotaryBucket'] },
  { sid: 'ReadNotaryMemory', actions: ['s3:GetObject'], resources: ['NotaryBucket/notary.json'] },
];

/** Reads what the notary remembers, and asks KMS for the key that checkpoints verify with. */
export const readNotary: readonly Need[] = [
  ...readNotaryMemory,
  { sid: 'CheckpointKey', actions: ['kms:GetPublicKey'], resources: ['CheckpointKey'] },
];

/** What a queue asks of a function that it feeds. */
export const takeFrom = (queue: string): Need => ({
  sid: 'TakeFromQueue',
  actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  resources: [queue],
});
