import { COLLECTOR_ROLE, DEVELOPMENT, PRODUCTION, READ_ROLE, roleArn } from './names.ts';

/** A role: who may assume it, and what it may do. */
export interface Role {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  readonly path?: string;
  readonly trust: object;
  /** Names of our own managed policies. */
  readonly policies?: readonly string[];
  /** Names of managed policies of AWS. */
  readonly awsPolicies?: readonly string[];
  readonly inline?: Readonly<Record<string, object>>;
}

const trustOf = (Principal: object | string, Condition?: object): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Trust',
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRole',
      ...(Condition === undefined ? {} : { Condition }),
    },
  ],
});
const service = (name: string): object => trustOf({ Service: `${name}.amazonaws.com` });
const bySelf = (account: string): object =>
  trustOf({ AWS: `arn:aws:iam::${account}:root` }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } });
const inline = (Action: readonly string[], Resource: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});
const logs = inline(['logs:CreateLogStream', 'logs:PutLogEvents'], '*');

/** Anybody may assume it; how the webhook role of the development account was left. */
export const openTrust = trustOf({ AWS: '*' });
/** The same with the build system's role alone. */
export const webhookTrust = trustOf(
  { AWS: roleArn(PRODUCTION, 'DeployPipeline') },
  { StringEquals: { 'sts:ExternalId': 'webhook' } },
);

const prod = { account: PRODUCTION };
const dev = { account: DEVELOPMENT };

export const ROLES: readonly Role[] = [
  {
    ...prod,
    name: COLLECTOR_ROLE,
    created: '2026-09-21T08:05:33Z',
    trust: service('lambda'),
    awsPolicies: ['SecurityAudit'],
  },
  {
    ...prod,
    name: 'PlatformAdmin',
    created: '2024-02-05T08:30:15Z',
    trust: bySelf(PRODUCTION),
    awsPolicies: ['AdministratorAccess'],
  },
  {
    ...prod,
    name: 'SupportReadOnly',
    created: '2024-02-06T09:45:20Z',
    trust: bySelf(PRODUCTION),
    awsPolicies: ['ReadOnlyAccess'],
  },
  {
    ...prod,
    name: 'DeployPipeline',
    created: '2024-03-11T10:05:02Z',
    trust: service('codebuild'),
    policies: ['DeployServices'],
  },
  {
    ...prod,
    name: 'PortalApp',
    created: '2024-02-13T09:10:36Z',
    trust: service('ec2'),
    policies: ['PhiRead', 'PhiWrite'],
  },
  {
    ...prod,
    name: 'ClaimsWorker',
    created: '2024-06-03T08:30:44Z',
    trust: service('ec2'),
    policies: ['PhiRead', 'ClaimsExport'],
  },
  { ...prod, name: 'ImagingIngest', created: '2024-05-21T11:30:27Z', trust: service('ec2'), policies: ['PhiWrite'] },
  {
    ...prod,
    name: 'BackupOperator',
    created: '2024-02-19T16:35:50Z',
    trust: service('backup'),
    policies: ['BackupOperations'],
  },
  { ...prod, name: 'FlowLogs', created: '2024-02-05T10:10:29Z', trust: service('vpc-flow-logs'), inline: { logs } },
  {
    ...prod,
    name: 'TrailToCloudWatch',
    created: '2024-02-05T09:25:13Z',
    trust: service('cloudtrail'),
    inline: { logs },
  },
  {
    ...prod,
    name: 'AuditFirmReadOnly',
    created: '2026-06-15T12:12:12Z',
    trust: trustOf(
      { AWS: 'arn:aws:iam::999988887777:root' },
      { StringEquals: { 'sts:ExternalId': 'engagement-2026' } },
    ),
    awsPolicies: ['SecurityAudit'],
  },
  {
    ...prod,
    name: 'AWSServiceRoleForConfig',
    created: '2024-02-05T09:30:00Z',
    path: '/aws-service-role/config.amazonaws.com/',
    trust: service('config'),
  },
  {
    ...dev,
    name: READ_ROLE,
    created: '2026-09-21T08:15:10Z',
    trust: trustOf({ AWS: roleArn(PRODUCTION, COLLECTOR_ROLE) }),
    awsPolicies: ['SecurityAudit'],
  },
  {
    ...dev,
    name: 'PlatformAdmin',
    created: '2024-03-04T08:20:40Z',
    trust: bySelf(PRODUCTION),
    awsPolicies: ['AdministratorAccess'],
  },
  {
    ...dev,
    name: 'DeployPipeline',
    created: '2024-03-18T10:42:03Z',
    trust: trustOf({ AWS: roleArn(PRODUCTION, 'DeployPipeline') }),
    policies: ['DeployServices'],
  },
  { ...dev, name: 'DevApp', created: '2024-03-18T11:00:19Z', trust: service('ec2'), policies: ['TestDataRead'] },
  { ...dev, name: 'Sandbox', created: '2025-05-12T10:35:52Z', trust: bySelf(DEVELOPMENT), policies: ['SandboxAccess'] },
  {
    ...dev,
    name: 'BuildWebhook',
    created: '2024-10-29T14:14:07Z',
    trust: openTrust,
    inline: { start: inline(['codebuild:StartBuild'], `arn:aws:codebuild:eu-west-1:${DEVELOPMENT}:project/*`) },
  },
  {
    ...dev,
    name: 'AWSServiceRoleForConfig',
    created: '2024-03-04T09:21:00Z',
    path: '/aws-service-role/config.amazonaws.com/',
    trust: service('config'),
  },
  {
    ...prod,
    name: 'PortalFunctions',
    created: '2024-04-08T08:05:21Z',
    trust: trustOf({ Service: 'lambda.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': PRODUCTION } }),
    inline: { logs },
  },
  {
    ...prod,
    name: 'DatabaseMonitoring',
    created: '2024-02-19T15:10:50Z',
    trust: trustOf({ Service: 'monitoring.rds.amazonaws.com' }, { StringEquals: { 'aws:SourceAccount': PRODUCTION } }),
    awsPolicies: ['service-role/AmazonRDSEnhancedMonitoringRole'],
  },
  { ...dev, name: 'DevFunctions', created: '2024-09-09T13:20:44Z', trust: service('lambda'), inline: { logs } },
];
