import { readFileSync } from 'node:fs';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { EncryptCommand, GenerateMacCommand, GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { forThisFile } from './support/for-this-file.ts';
import { MINISTACK_KEY, startSecureMinistack } from './support/ministack.ts';
import { REGION } from './support/moto.ts';
import { ROOT, run, saidBy, scratch, witnessmark } from './support/run.ts';

// Over TLS and with IAM: what the policies of buckets and keys say is enforced, but for conditions on conditional writes.
const folder = await scratch('resources');
afterAll(() => rm(folder, { recursive: true, force: true }));
const { certificate, ...ministack } = await forThisFile(startSecureMinistack(folder));
const { endpoint } = ministack;
const ACCOUNT = MINISTACK_KEY.accessKeyId;
const requestHandler = { httpsAgent: { ca: readFileSync(certificate) } };
const client = { endpoint, region: REGION, credentials: MINISTACK_KEY, requestHandler };
const env = {
  ...{ AWS_ENDPOINT_URL: endpoint, AWS_REGION: REGION, NODE_EXTRA_CA_CERTS: certificate, SLS_TELEMETRY_DISABLED: '1' },
  ...{ AWS_ACCESS_KEY_ID: MINISTACK_KEY.accessKeyId, AWS_SECRET_ACCESS_KEY: MINISTACK_KEY.secretAccessKey },
};

/** The resources of the service without its functions. */
const SERVICE = {
  service: 'witnessmark',
  params: { default: `\${file(./serverless/params.yml)}` },
  provider: { name: 'aws', runtime: 'nodejs24.x', region: REGION, stage: 'test' },
  resources: ['functions', 'keys', 'storage', 'index-table', 'messages', 'sign-in'].map(
    (name) => `\${file(./serverless/${name}.yml)}`,
  ),
};

const ids = new Map<string, string>();
const id = (name: string): string => ids.get(name) ?? expect.fail(`${name} was not made`);

beforeAll(async () => {
  await symlink(join(ROOT, 'serverless'), join(folder, 'serverless'));
  await writeFile(join(folder, 'serverless.yml'), stringify(SERVICE));
  const osls = join(ROOT, 'node_modules/serverless/bin/serverless.js');
  const ran = await run(process.execPath, [osls, 'deploy'], { cwd: folder, env });
  expect(ran.code, saidBy(ran)).toBe(0);
  const cloudformation = new CloudFormationClient(client);
  const { StackResources = [] } = await cloudformation.send(
    new DescribeStackResourcesCommand({ StackName: 'witnessmark-test' }),
  );
  for (const { LogicalResourceId = '', PhysicalResourceId = '' } of StackResources)
    ids.set(LogicalResourceId, PhysicalResourceId);
}, 120_000);

/** A session of a role that may do everything, as far as IAM is asked. */
async function sessionOf(RoleName: string) {
  const [iam, sts] = [new IAMClient(client), new STSClient(client)];
  const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' };
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy(trust) }));
  const PolicyDocument = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }));
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken } = Credentials ?? {};
  return { accessKeyId, secretAccessKey, sessionToken: SessionToken ?? '' };
}

const answer = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'ok',
    (thrown: Error) => (thrown.name.startsWith('AccessDenied') ? 'denied' : `${thrown.name}: ${thrown.message}`),
  );

async function whatMay(role: string): Promise<Record<string, string>> {
  const own = { ...client, credentials: await sessionOf(role) };
  const [kms, s3] = [new KMSClient(own), new S3Client({ ...own, forcePathStyle: true })];
  const sign = (key: string, SigningAlgorithm: 'ED25519_SHA_512' | 'RSASSA_PKCS1_V1_5_SHA_256') =>
    answer(
      kms.send(new SignCommand({ KeyId: id(key), Message: Buffer.from('1'), MessageType: 'RAW', SigningAlgorithm })),
    );
  const mac = { KeyId: id('SecretKey'), Message: Buffer.from('1'), MacAlgorithm: 'HMAC_SHA_256' } as const;
  const put = (bucket: string) =>
    answer(s3.send(new PutObjectCommand({ Bucket: id(bucket), Key: role, Body: '1', IfNoneMatch: '*' })));
  return {
    checkpoint: await sign('CheckpointKey', 'ED25519_SHA_512'),
    report: await sign('ReportKey', 'RSASSA_PKCS1_V1_5_SHA_256'),
    root: await sign('RootKey', 'RSASSA_PKCS1_V1_5_SHA_256'),
    secret: await answer(kms.send(new GenerateMacCommand(mac))),
    publicKey: await answer(kms.send(new GetPublicKeyCommand({ KeyId: id('CheckpointKey') }))),
    encrypt: await answer(kms.send(new EncryptCommand({ KeyId: id('DataKey'), Plaintext: Buffer.from('1') }))),
    store: await put('StoreBucket'),
    read: await answer(s3.send(new GetObjectCommand({ Bucket: id('StoreBucket'), Key: role }))),
    notary: await put('NotaryBucket'),
  };
}

const NOBODY = { checkpoint: 'denied', report: 'denied', root: 'denied', notary: 'denied', encrypt: 'denied' };
const ALL = { publicKey: 'ok', store: 'ok', read: 'ok' };

describe('the resources of the stack, deployed', () => {
  it.each([
    ['witnessmark-test-notary-eu-west-1', { secret: 'ok', checkpoint: 'ok', notary: 'ok' }],
    ['witnessmark-test-report-eu-west-1', { secret: 'ok', report: 'ok' }],
    ['witnessmark-test-init-eu-west-1', { secret: 'ok', root: 'ok' }],
    ['witnessmark-test-collect-eu-west-1', { secret: 'ok' }],
    ['witnessmark-prod-notary-eu-west-1', { secret: 'denied' }],
    ['administrator', { secret: 'denied' }],
  ])('let %s do what its name says, whatever IAM allows it', async (role, own) => {
    expect(await whatMay(role)).toEqual({ ...NOBODY, ...ALL, ...own });
  });

  it('are a store', async () => {
    const keys = ['checkpoint', 'document', 'root', 'secret'];
    const alias = (key: string) => `alias/witnessmark-test-${key === 'document' ? 'report' : key}`;
    const parameters = new URLSearchParams([
      ['notary', `${id('NotaryBucket')}/x`],
      ['table', id('IndexTable')],
      ...keys.map((key): [string, string] => [`${key}-key`, alias(key)]),
    ]);
    const address = `s3://${id('StoreBucket')}/x?${parameters}`;
    const made = await witnessmark(['init', '--store', address, '--organisation', 'Example Health'], { env });
    expect(made.code, saidBy(made)).toBe(0);
    const audited = await witnessmark(['audit', '--store', address], { env });
    expect(audited.code, saidBy(audited)).toBe(0);
    expect(audited.stdout).toContain('the ledger is whole');
  });
});
