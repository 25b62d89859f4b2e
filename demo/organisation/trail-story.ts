import type { Actor } from './change.ts';
import { ROOT_LOGIN } from './credential-report.ts';
import { days, MISSING_DAY } from './days.ts';
import { BUCKET_POLICY_DENIED, KEY_POLICY_DENIED, SECRET_POLICY_DENIED } from './faults.ts';
import { DAILY_USERS, loginOf, timeOf } from './logins.ts';
import {
  bucketArn,
  bucketName,
  COLLECTOR_ROLE,
  DEVELOPMENT,
  IRELAND,
  PRODUCTION,
  READ_ROLE,
  roleArn,
  VIRGINIA,
} from './names.ts';
import { JOINER } from './people.ts';
import type { Event } from './trail-events.ts';
import type { World } from './world.ts';

/** Events that mean something to a reviewer, beside those of the changes. */
export function storyEvents(world: World): Event[] {
  return [...signIns(), ...failedSignIns(), ...rootEvents(), ...refusals(), ...collectorRefusals(world)];
}

interface SignIn {
  readonly at: string;
  readonly account: string;
  readonly who: Actor;
  readonly mfa: boolean;
}

function signIn({ at, account, who, mfa }: SignIn): Event {
  const user = 'user' in who ? who.user : 'root-account-mfa-device';
  const device = mfa ? { MFAIdentifier: `arn:aws:iam::${account}:mfa/${user}` } : {};
  const additionalEventData = {
    LoginTo: 'https://console.aws.amazon.com/console/home',
    MobileVersion: 'No',
    ...device,
    MFAUsed: mfa ? 'Yes' : 'No',
  };
  return {
    at,
    account,
    region: 'root' in who ? VIRGINIA : IRELAND,
    who,
    call: 'signin:ConsoleLogin',
    response: { ConsoleLogin: 'Success' },
    more: { additionalEventData },
  };
}

function signIns(): Event[] {
  const daily = days().flatMap((day) =>
    DAILY_USERS.flatMap(({ name, account }) => {
      const at = loginOf(name, day);
      return at === undefined ? [] : [signIn({ at, account, who: { user: name }, mfa: true })];
    }),
  );
  const { name, account, password = '' } = JOINER;
  return [...daily, signIn({ at: password, account, who: { user: name }, mfa: false })];
}

function failedSignIns(): Event[] {
  const refused = (at: string, account: string, user: string, from: string, message: string): Event => ({
    at,
    account,
    region: IRELAND,
    who: { user },
    call: 'signin:ConsoleLogin',
    from,
    error: { message },
    response: { ConsoleLogin: 'Failure' },
    more: {
      additionalEventData: {
        LoginTo: 'https://console.aws.amazon.com/console/home',
        MobileVersion: 'No',
        MFAUsed: 'No',
      },
    },
  });
  const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
  return [
    refused('2026-10-01T07:20:11Z', DEVELOPMENT, 'jo.tanaka', '198.51.100.31', 'Failed authentication'),
    ...['02:44:07', '02:44:19', '02:44:36'].map((time) =>
      refused(`2026-10-11T${time}Z`, PRODUCTION, hidden, '192.0.2.77', 'No username found in supplied account'),
    ),
    refused('2026-10-14T09:11:58Z', PRODUCTION, 'sam.petrov', '198.51.100.24', 'Failed authentication'),
    refused('2026-11-05T08:03:42Z', PRODUCTION, 'dana.levy', '198.51.100.17', 'Failed authentication'),
  ];
}

/** Somebody had to change a contact that only the root user may change. */
function rootEvents(): Event[] {
  const who: Actor = { root: true };
  const as = { account: PRODUCTION, region: VIRGINIA, who };
  return [
    signIn({ at: ROOT_LOGIN, account: PRODUCTION, who, mfa: true }),
    { ...as, at: '2026-10-14T09:14:20Z', call: 'account:GetContactInformation' },
    {
      ...as,
      at: '2026-10-14T09:18:47Z',
      call: 'account:PutContactInformation',
      request: { contactInformation: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    },
  ];
}

function refusals(): Event[] {
  const worker: Actor = { role: 'ClaimsWorker', session: 'i-claims-worker-session' };
  const secret = `arn:aws:secretsmanager:${IRELAND}:${PRODUCTION}:secret:portal/signing-AbCdEf`;
  return [
    {
      at: '2026-10-02T11:37:05Z',
      account: PRODUCTION,
      region: IRELAND,
      who: worker,
      call: 'secretsmanager:GetSecretValue',
      error: {
        code: 'AccessDenied',
        message: `User: ${roleArn(PRODUCTION, 'ClaimsWorker')} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${secret}`,
      },
    },
    {
      at: '2026-10-21T14:02:31Z',
      account: DEVELOPMENT,
      region: VIRGINIA,
      who: { role: 'Sandbox', session: 'pat' },
      call: 'ec2:DescribeInstances',
      error: { code: 'Client.UnauthorizedOperation', message: 'You are not authorized to perform this operation.' },
    },
    {
      at: '2026-10-26T16:15:48Z',
      account: DEVELOPMENT,
      region: IRELAND,
      who: { user: 'load-test-runner' },
      call: 'iam:ListUsers',
      error: {
        code: 'AccessDenied',
        message: `User: arn:aws:iam::${DEVELOPMENT}:user/load-test-runner is not authorized to perform: iam:ListUsers`,
      },
    },
  ];
}

/** The collector's own refused calls, as the recording has them. */
function collectorRefusals(world: World): Event[] {
  const who: Actor = { role: READ_ROLE, session: 'witnessmark' };
  const on = (spans: readonly (readonly [string, string])[]) =>
    days().filter((day) => day !== MISSING_DAY && spans.some(([from, to]) => from <= day && day <= to));
  const arn = world.id('key-arn/sandbox-data');
  const sender = `User: arn:aws:sts::${DEVELOPMENT}:assumed-role/${READ_ROLE}/witnessmark is not authorized to perform:`;
  const keys = on(KEY_POLICY_DENIED).map((day) => ({
    at: timeOf(day, 7300),
    account: DEVELOPMENT,
    region: VIRGINIA,
    who,
    call: 'kms:GetKeyPolicy',
    error: {
      code: 'AccessDenied',
      message: `${sender} kms:GetKeyPolicy on resource: ${arn} because no resource-based policy allows the kms:GetKeyPolicy action`,
    },
  }));
  const buckets = on(BUCKET_POLICY_DENIED).map((day) => ({
    at: timeOf(day, 7270),
    account: DEVELOPMENT,
    region: VIRGINIA,
    who,
    call: 's3:GetBucketPolicy',
    request: { bucketName: bucketName('dev-ml-experiments'), policy: '' },
    error: {
      code: 'AccessDenied',
      message: `${sender} s3:GetBucketPolicy on resource: "${bucketArn('dev-ml-experiments')}" with an explicit deny in a resource-based policy`,
    },
  }));
  const secret = world.id('secret/dev/database');
  const secrets = on(SECRET_POLICY_DENIED).map((day) => ({
    at: timeOf(day, 7290),
    account: DEVELOPMENT,
    region: IRELAND,
    who,
    call: 'secretsmanager:GetResourcePolicy',
    error: {
      code: 'AccessDenied',
      message: `${sender} secretsmanager:GetResourcePolicy on resource: ${secret} with an explicit deny in a resource-based policy`,
    },
  }));
  return [...keys, ...buckets, ...secrets];
}

/** The collector in the production account. */
export const collector: Actor = { role: COLLECTOR_ROLE, session: 'witnessmark-collect' };
/** The collector in the development account. */
export const reader: Actor = { role: READ_ROLE, session: 'witnessmark' };
