import type { Actor, Change, Traced } from './change.ts';
import { VIRGINIA } from './names.ts';
import { between, hex, type Random, uuid } from './random.ts';

/** A change that was made, with the calls that made it. */
export interface Done {
  readonly change: Change;
  readonly calls: readonly Traced[];
}

/** One event of the trail before it is written in CloudTrail's words. */
export interface Event {
  readonly at: string;
  readonly account: string;
  readonly region: string;
  readonly who: Actor;
  /** `ec2:DescribeInstances` */
  readonly call: string;
  readonly request?: object | null;
  readonly response?: object | null;
  readonly from?: string;
  readonly error?: { readonly code?: string; readonly message: string };
  /** Members that only some events have, such as `additionalEventData`. */
  readonly more?: object;
}

/** A record of a log file. */
export type TrailRecord = Readonly<Record<string, unknown>> & {
  readonly eventID: string;
  readonly eventTime: string;
  readonly awsRegion: string;
  readonly recipientAccountId: string;
};

/** Services with one endpoint for all regions are recorded in us-east-1. */
const GLOBAL = new Set(['iam', 'account']);
const AGENTS = {
  person: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  machine: 'aws-sdk-js/3.1169.0 md/nodejs#24.21.0',
};
const READS = /^(Get|List|Describe|Head|Decrypt|AssumeRole|Batch(Get|Check))/;

/**
 * The event as CloudTrail records it
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
 */
export function recordOf(event: Event, random: Random): TrailRecord {
  const { at, account, who, call, error, more = {} } = event;
  const [service = '', eventName = ''] = call.split(':');
  const isSignIn = service === 'signin';
  const isService = 'service' in who;
  return {
    eventVersion: '1.11',
    userIdentity: identityOf(who, account, at),
    eventTime: at.replace(/\.\d+Z$/, 'Z'),
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: GLOBAL.has(service) ? VIRGINIA : event.region,
    sourceIPAddress: event.from ?? (isService ? who.service : addressOf(who, random)),
    userAgent: isService ? who.service : isMachine(who) ? AGENTS.machine : AGENTS.person,
    ...(error === undefined
      ? {}
      : { ...(error.code === undefined ? {} : { errorCode: error.code }), errorMessage: error.message }),
    requestParameters: event.request ?? null,
    responseElements: event.response ?? null,
    ...more,
    ...(isSignIn ? {} : { requestID: uuid(random) }),
    eventID: uuid(random),
    readOnly: READS.test(eventName),
    eventType: isSignIn ? 'AwsConsoleSignIn' : 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  };
}

/** People sit in the office or at home, machines behind the company's own addresses. */
function addressOf(who: Actor, random: Random): string {
  return isMachine(who) ? `203.0.113.${between(random, 200, 230)}` : `198.51.100.${between(random, 10, 60)}`;
}

function identityOf(who: Actor, accountId: string, at: string): object {
  if ('service' in who) return { type: 'AWSService', invokedBy: who.service };
  if ('root' in who) {
    return { type: 'Root', principalId: accountId, arn: `arn:aws:iam::${accountId}:root`, accountId, accessKeyId: '' };
  }
  const creationDate = new Date(Date.parse(at) - 600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  if ('user' in who) return userIdentity(who.user, accountId, creationDate);
  const principalId = shownId('AROA', who.role);
  const arn = `arn:aws:iam::${accountId}:role/${who.role}`;
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${who.session}`,
    arn: `arn:aws:sts::${accountId}:assumed-role/${who.role}/${who.session}`,
    accountId,
    accessKeyId: shownId('ASIA', who.role),
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId, arn, accountId, userName: who.role },
      attributes: { creationDate, mfaAuthenticated: 'false' },
    },
  };
}

/** People come through the console with a session; machines call with a key of their own. */
function userIdentity(userName: string, accountId: string, creationDate: string): object {
  const isMachine = isMachineUser(userName);
  const attributes = { creationDate, mfaAuthenticated: String(userName !== 'lee.hoang') };
  return {
    type: 'IAMUser',
    principalId: shownId('AIDA', userName),
    arn: `arn:aws:iam::${accountId}:user/${userName}`,
    accountId,
    accessKeyId: shownId(isMachine ? 'AKIA' : 'ASIA', userName),
    userName,
    ...(isMachine ? {} : { sessionContext: { attributes } }),
  };
}

/** Users of people are called by their names. */
const isMachineUser = (userName: string): boolean => /^[a-z-]+$/.test(userName);
const isMachine = (who: Actor): boolean =>
  ('role' in who && who.session.length > 12) || ('user' in who && isMachineUser(who.user));

/** An id that is plainly none of AWS's: it ends in EXAMPLE, as those in AWS's documentation. */
export const shownId = (prefix: string, name: string): string =>
  `${prefix}${name
    .replaceAll(/[^a-z0-9]/gi, '')
    .toUpperCase()
    .padEnd(10, 'X')
    .slice(0, 10)}EXAMPLE`;

/** The calls of a change, seconds apart. */
export function eventsOf({ change, calls }: Done): Event[] {
  const { account, region, who } = change;
  return calls.map(({ call, request, response }, index) => ({
    at: new Date(Date.parse(change.at) + index * 4000).toISOString(),
    account,
    region,
    who,
    call,
    request,
    response: response ?? null,
  }));
}

/** Names as CloudTrail gives the files. */
export const fileSuffix = (random: Random): string =>
  Buffer.from(hex(random, 32), 'hex').toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, 16);
