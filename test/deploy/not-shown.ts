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

const BY_LAMBDA = 'Lambda does it with the role of the function, and the emulator with none: to';
const BY_SERVICE = 'AWS asks KMS in the name of whoever calls, and the emulator does not:';
const NO_404 =
  'S3 tells those alone who may list that an object is absent, and all others that it is denied; the emulator tells everybody';

export const NOT_SHOWN: readonly NotShown[] = [
  { sid: 'Log', why: `${BY_LAMBDA} write its log` },
  { sid: 'Trace', why: `${BY_LAMBDA} send its traces` },
  { sid: 'TakeFromQueue', why: `${BY_LAMBDA} take its messages from a queue` },
  { sid: 'TellFailures', why: `${BY_LAMBDA} send to a queue what failed three times` },
  { sid: 'DataKey', why: `${BY_SERVICE} S3, DynamoDB, SNS and SQS hold what is encrypted with the data key` },
  { sid: 'TrailKeys', why: `${BY_SERVICE} S3 holds log files that trails encrypt with a key of theirs` },
  {
    sid: 'ReadRetention',
    why: 'HeadObject of S3 tells those alone who have it what keeps an object; that of the emulator tells everybody',
  },
  { functions: ['collect', 'notify'], sid: 'ListStore', why: NO_404 },
  { functions: ['audit', 'init'], sid: 'ListNotaryMemory', why: NO_404 },
  { functions: ['notary'], sid: 'KnowWhatIsAbsent', why: NO_404 },
];

/** Whether an entry is about a grant of a function. */
export const isAbout = (it: NotShown, name: string, { sid, action, on }: Grant): boolean =>
  (it.functions?.includes(name) ?? true) &&
  (it.sid ?? sid) === sid &&
  (it.action ?? action) === action &&
  (it.on ?? on) === on;
