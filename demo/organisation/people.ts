import { DEVELOPMENT, PRODUCTION } from './names.ts';

/** An access key that a user has when the period starts. */
export interface HeldKey {
  readonly created: string;
  readonly active: boolean;
  /** Last use: a time, or `daily`: some hours before every run. */
  readonly used: string;
}

/** An IAM user. Most people of the company come through the identity provider and are not here. */
export interface User {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  readonly groups: readonly string[];
  /** A console password: when it was last used (`daily` or a time). */
  readonly password?: string;
  readonly mfa?: boolean;
  readonly keys?: readonly HeldKey[];
  /** Managed policies of AWS on the user itself. */
  readonly awsPolicies?: readonly string[];
  readonly inline?: Readonly<Record<string, object>>;
}

const prod = { account: PRODUCTION };
const dev = { account: DEVELOPMENT };
const key = (created: string, used = 'daily', active = true): HeldKey => ({ created, used, active });

const sendMail = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['ses:SendEmail', 'ses:SendRawEmail'], Resource: '*' }],
};

export const USERS: readonly User[] = [
  {
    ...prod,
    name: 'break-glass',
    created: '2024-02-05T08:15:00Z',
    groups: ['Administrators'],
    password: '2026-08-19T07:55:31Z',
    mfa: true,
  },
  { ...prod, name: 'dana.levy', created: '2024-02-06T09:00:12Z', groups: ['Engineers'], password: 'daily', mfa: true },
  {
    ...prod,
    name: 'sam.petrov',
    created: '2024-02-06T09:03:45Z',
    groups: ['Administrators', 'Engineers'],
    password: 'daily',
    mfa: true,
  },
  {
    ...prod,
    name: 'robin.okafor',
    created: '2024-02-06T09:07:20Z',
    groups: ['Auditors'],
    password: 'daily',
    mfa: true,
  },
  {
    ...prod,
    name: 'ci-deploy',
    created: '2024-03-11T10:08:31Z',
    groups: ['Pipelines'],
    keys: [key('2026-09-01T06:30:00Z'), key('2026-05-28T06:30:00Z', '2026-09-01T05:12:09Z', false)],
  },
  {
    ...prod,
    name: 'backup-agent',
    created: '2024-02-19T16:40:02Z',
    groups: ['Pipelines'],
    keys: [key('2026-07-20T11:24:36Z')],
  },
  {
    ...prod,
    name: 'monitoring-exporter',
    created: '2024-04-15T13:51:17Z',
    groups: ['Monitoring'],
    keys: [key('2026-07-07T09:18:03Z')],
  },
  {
    ...prod,
    name: 'smtp-notifications',
    created: '2024-05-06T08:42:58Z',
    groups: [],
    keys: [key('2026-08-11T14:06:25Z')],
    inline: { 'send-mail': sendMail },
  },
  {
    ...prod,
    name: 'legacy-reporting',
    created: '2024-02-26T15:29:40Z',
    groups: ['Monitoring'],
    keys: [key('2025-11-03T10:10:10Z', '2026-06-12T22:47:51Z')],
  },
  { ...dev, name: 'jo.tanaka', created: '2024-03-05T09:30:22Z', groups: ['Developers'], password: 'daily', mfa: true },
  {
    ...dev,
    name: 'maria.silva',
    created: '2024-03-05T09:34:08Z',
    groups: ['Developers', 'Testers'],
    password: 'daily',
    mfa: true,
    keys: [key('2026-08-31T07:45:19Z')],
  },
  {
    ...dev,
    name: 'pat.nowak',
    created: '2024-09-02T10:02:53Z',
    groups: ['Testers'],
    password: '2026-05-29T12:36:44Z',
    mfa: true,
  },
  {
    ...dev,
    name: 'ci-dev',
    created: '2024-03-18T10:45:57Z',
    groups: ['Pipelines'],
    keys: [key('2026-09-08T06:31:00Z')],
  },
  {
    ...dev,
    name: 'load-test-runner',
    created: '2025-02-24T08:55:13Z',
    groups: ['Testers'],
    keys: [key('2026-08-17T08:01:46Z'), key('2026-09-14T08:03:20Z')],
    awsPolicies: ['AmazonEC2FullAccess'],
  },
];

export const GROUPS: readonly {
  readonly account: string;
  readonly name: string;
  readonly awsPolicies: readonly string[];
}[] = [
  { ...prod, name: 'Administrators', awsPolicies: ['AdministratorAccess'] },
  { ...prod, name: 'Engineers', awsPolicies: ['ReadOnlyAccess'] },
  { ...prod, name: 'Auditors', awsPolicies: ['SecurityAudit'] },
  { ...prod, name: 'Pipelines', awsPolicies: [] },
  { ...prod, name: 'Monitoring', awsPolicies: ['CloudWatchReadOnlyAccess'] },
  { ...dev, name: 'Developers', awsPolicies: ['PowerUserAccess'] },
  { ...dev, name: 'Testers', awsPolicies: ['ReadOnlyAccess'] },
  { ...dev, name: 'Pipelines', awsPolicies: [] },
];

/** Joins on 12 October, without an MFA device until the 15th. */
export const JOINER: User = {
  ...dev,
  name: 'lee.hoang',
  created: '2026-10-12T08:30:11Z',
  groups: ['Developers'],
  password: '2026-10-15T09:40:12Z',
};

/** Replaces the key of monitoring-exporter just before it is 90 days old. */
export const ROTATED_KEY = key('2026-10-05T09:02:44Z');
