import type { Grant } from './grants.ts';

/** Grants that the suite can take away without anything happening, and why they stand all the same. */
export interface NotShown {
  /** All functions that have it where left out. */
  readonly functions?: readonly string[];
  readonly sid?: string;
  readonly action?: string;
  readonly on?: string;
  readonly why: string;
}

const BY_LAMBDA = 'the emulator runs functions itself, and asks for no permission to ';
const NO_LOCK = 'the emulator makes no bucket with Object Lock by CloudFormation, so nothing is put with a retention';
const REPEATED = 'only a call of init that was interrupted and is repeated reads what it has sealed before';
const RECORDING = 'only a run that is older than all others can be played from a recording';
const NO_404 = 'S3 says of what is absent that it is to those alone who may list; the emulator says it to everybody';

export const NOT_SHOWN: readonly NotShown[] = [
  { sid: 'Log', why: `${BY_LAMBDA}write their logs` },
  { sid: 'Trace', why: `${BY_LAMBDA}trace them` },
  { sid: 'DataKey', why: 'the emulator encrypts without asking KMS for whoever calls S3, DynamoDB, SNS or SQS' },
  { action: 's3:PutObjectRetention', why: NO_LOCK },
  { sid: 'ReadRetention', why: NO_LOCK },
  { sid: 'TakeFromQueue', why: `${BY_LAMBDA}take messages for them from a queue` },
  { sid: 'TellFailures', why: `${BY_LAMBDA}send what failed three times to a queue` },
  { sid: 'TrailKeys', why: 'the emulator decrypts without asking KMS for whoever calls S3' },
  { functions: ['collect', 'notify'], sid: 'ListStore', why: NO_404 },
  { functions: ['init'], sid: 'ListNotaryMemory', why: NO_404 },
  { functions: ['notary'], sid: 'KnowWhatIsAbsent', why: NO_404 },
  { functions: ['init'], sid: 'ReadLedger', on: 'checkpoints/*', why: REPEATED },
  { functions: ['init'], sid: 'ReadLedger', on: 'evidence/*', why: REPEATED },
  {
    functions: ['collect'],
    sid: 'ReadTask',
    on: 'evidence/*',
    why: 'only the state of a resource that is too large for the table is read from there',
  },
  {
    functions: ['update-index'],
    sid: 'ReadLedger',
    on: 'checkpoints/*',
    why: 'read only where another writer has signed the same tree at the same time',
  },
  { sid: 'ReadTask', on: 'recording/*', why: RECORDING },
  { sid: 'ReadConfig', on: 'recording/*', why: RECORDING },
];

/** Whether an entry is about a grant of a function. */
export const isAbout = (it: NotShown, name: string, { sid, action, on }: Grant): boolean =>
  (it.functions?.includes(name) ?? true) &&
  (it.sid ?? sid) === sid &&
  (it.action ?? action) === action &&
  (it.on ?? on) === on;
