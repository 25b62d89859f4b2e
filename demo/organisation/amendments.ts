import { amendReport } from './credential-report.ts';
import { resourceId } from './databases.ts';
import { randomFor } from './logins.ts';
import { PRODUCTION } from './names.ts';
import type { Call } from './proxy.ts';
import { hex } from './random.ts';
import { SECRETS } from './secrets.ts';
import { CERTIFICATES } from './settings.ts';
import type { World } from './world.ts';

type Amend = (body: string, call: Call, now: string, world: World) => string;

/** What an emulator cannot know, by operation: who used something last, and what AWS itself did. */
const AMENDMENTS: Readonly<Record<string, Amend>> = {
  AssumeRole: (body) => body.replace(/<Expiration>[^<]+/, '<Expiration>2099-01-01T00:00:00Z'),
  GetAccountSummary: (body, { account }) => amendSummary(body, account),
  GetCredentialReport: (body, { account }, now) =>
    body.replace(/<Content>([^<]+)/, (_, content: string) => {
      const csv = Buffer.from(content, 'base64').toString('utf8');
      return `<Content>${Buffer.from(amendReport(csv, account, now)).toString('base64')}`;
    }),
  GetTrailStatus: amendTrailStatus,
  DescribeRules: amendRules,
  ListQueues: (body, { region }) => body.replaceAll(/http:\/\/[^/"]+\//g, `https://sqs.${region}.amazonaws.com/`),
  ListSecrets: amendSecrets,
  ListServerCertificates: amendCertificates,
  // IAM gives the secret of a device once, when it is made.
  ListVirtualMFADevices: (body) => body.replaceAll(/<(Base32StringSeed|QRCodePNG)>[^<]*<\/\1>/g, ''),
  DescribeDBInstances: amendDatabases,
  DescribeInstances: (body) => body.replaceAll('>paravirtual<', '>hvm<'),
  DescribeSnapshots: amendSnapshots,
  GetFunctionPolicy: amendFunctionPolicy,
  GetBucketNotificationConfiguration: amendNotifications,
  ListFunctionEventInvokeConfigs: amendInvokeConfigs,
};

/** The answer with what is known beside the emulator, or undefined where it is left as it is. */
export function amended(world: World, call: Call, body: string, now: string): string | undefined {
  return Object.hasOwn(AMENDMENTS, call.operation) ? AMENDMENTS[call.operation]?.(body, call, now, world) : undefined;
}

/** The emulator has no root user: production's has a password and MFA, development's has nothing. */
function amendSummary(body: string, account: string): string {
  const isProduction = Number(account === PRODUCTION);
  const entry = `<entry><key>AccountPasswordPresent</key><value>${isProduction}</value></entry>`;
  return body
    .replace(/(<key>AccountMFAEnabled<\/key>\s*<value>)\d+/, `$1${isProduction}`)
    .replace(/(<SummaryMap>)/, `$1${entry}`);
}

/** A trail that runs delivers every few minutes, to its log group too; one that stopped delivered last when it did. */
function amendTrailStatus(body: string, call: Call, now: string): string {
  const status = JSON.parse(body) as { IsLogging: boolean; StopLoggingTime?: number };
  const at = Math.floor(Date.parse(now) / 1000) - 240;
  const LatestDeliveryTime = status.IsLogging ? at : status.StopLoggingTime;
  const hasLogGroup = call.body.includes('management-events');
  return JSON.stringify({
    ...status,
    LatestDeliveryTime,
    ...(hasLogGroup ? { LatestCloudWatchLogsDeliveryTime: at } : {}),
  });
}

/** Nobody reads or rotates a secret in an emulator. */
function amendSecrets(body: string, _: Call, now: string, world: World): string {
  type Listed = { Name: string; LastAccessedDate: unknown; LastRotatedDate?: number };
  const { SecretList, ...rest } = JSON.parse(body) as { SecretList: Listed[] };
  const seconds = (time: string): number => Date.parse(time) / 1000;
  const amendedList = SecretList.map(({ LastRotatedDate: _rotated, ...it }) => {
    const used = SECRETS.find((secret) => secret.name === it.Name)?.used ?? 'daily';
    const rotated = world.kept.get(`rotated/${it.Name}`);
    return {
      ...it,
      LastAccessedDate: seconds(used === 'daily' ? now.slice(0, 10) : used),
      ...(typeof rotated === 'string' ? { LastRotatedDate: seconds(rotated) } : {}),
    };
  });
  return JSON.stringify({ ...rest, SecretList: amendedList });
}

/** Certificates of the authority rds-ca-rsa2048-g1 are valid for a year and renewed by RDS. */
function amendDatabases(body: string): string {
  const details =
    '<CertificateDetails><CAIdentifier>rds-ca-rsa2048-g1</CAIdentifier><ValidTill>2027-06-14T09:12:40.000Z</ValidTill></CertificateDetails>';
  return body.replaceAll(/<DBInstance>[\s\S]*?<\/DBInstance>/g, (database) => {
    const name = /<DBInstanceIdentifier>([^<]+)/.exec(database)?.[1] ?? '';
    const amendedId = database.replace(/<DbiResourceId>[^<]*/, `<DbiResourceId>${resourceId(name)}`);
    return amendedId.replace('</DBInstance>', `${details}</DBInstance>`);
  });
}

/** The emulator gives every certificate the same dates. */
function amendCertificates(body: string): string {
  return body.replaceAll(/<member>[\s\S]*?<\/member>/g, (member) => {
    const found = CERTIFICATES.find((it) =>
      member.includes(`<ServerCertificateName>${it.name}</ServerCertificateName>`),
    );
    if (found === undefined) return member;
    return member
      .replace(/<Expiration>[^<]+/, `<Expiration>${found.expires}`)
      .replace(/<UploadDate>[^<]+/, `<UploadDate>${found.uploaded}`);
  });
}

/** The emulator writes a condition on the kind of function URL as an element that no policy has. */
function amendFunctionPolicy(body: string): string {
  const answer = JSON.parse(body) as { Policy: string };
  const policy = JSON.parse(answer.Policy) as { Statement: Record<string, unknown>[] };
  const Statement = policy.Statement.map(({ FunctionUrlAuthType, ...it }) =>
    FunctionUrlAuthType === undefined
      ? it
      : { ...it, Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType } } },
  );
  return JSON.stringify({ ...answer, Policy: JSON.stringify({ ...policy, Statement }) });
}

/** One item without items in it that a snapshot of an image is. */
const IMAGE_SNAPSHOT = /<item>(?:(?!<item>)[\s\S])*?Created by CreateImage(?:(?!<\/?item>)[\s\S])*<\/item>/g;

/** The emulator does not encrypt the snapshots of an image, though the volumes that it was made of are. */
function amendSnapshots(body: string): string {
  return body.replaceAll(IMAGE_SNAPSHOT, (item) => item.replace('<encrypted>false<', '<encrypted>true<'));
}

/** AWS gives this time in seconds, the emulator as a text. */
function amendInvokeConfigs(body: string): string {
  const answer = JSON.parse(body) as { FunctionEventInvokeConfigs: object[] };
  const LastModified = Date.parse('2025-11-18T10:20:00Z') / 1000;
  const FunctionEventInvokeConfigs = answer.FunctionEventInvokeConfigs.map((it) => ({ ...it, LastModified }));
  return JSON.stringify({ ...answer, FunctionEventInvokeConfigs });
}

/** The emulator forgets that EventBridge is told. No bucket tells anybody else. */
function amendNotifications(body: string, { bucket }: Call, _: string, world: World): string {
  const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
  const told = `<NotificationConfiguration xmlns="${xmlns}"><EventBridgeConfiguration></EventBridgeConfiguration></NotificationConfiguration>`;
  return world.kept.get(`eventbridge/${bucket}`) === true ? told : body;
}

/** The emulator ends the ARN of a rule in another number in every recording. */
function amendRules(body: string): string {
  return body.replaceAll(/(listener-rule\/app\/[^<]+\/)\d+</g, (_, start: string) => {
    return `${start}${hex(randomFor('2024-01-01', start), 16)}<`;
  });
}
