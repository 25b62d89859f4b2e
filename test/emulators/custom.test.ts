import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildFunctions } from '../../scripts/build.ts';
import { bundledCatalogue, CATALOGUE_FILE } from '../../src/adapters/aws/deployed/catalogue.ts';
import { snsTopic } from '../../src/adapters/aws/deployed/sns-topic.ts';
import { UploadEvent } from '../../src/adapters/aws/deployed/upload-event.ts';
import { s3Objects } from '../../src/adapters/aws/s3/objects.ts';
import { s3Uploads } from '../../src/adapters/aws/s3/uploads.ts';
import { systemClock } from '../../src/adapters/local/clock.ts';
import { catalogueDigest } from '../../src/app/catalogue.ts';
import { activeSet, withSet } from '../../src/app/custom/active.ts';
import { checkFolder } from '../../src/app/custom/check-folder.ts';
import { CHECKS, EVENTS, FRAMEWORK } from '../app/custom/world.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { MINISTACK_KEY, ministackS3, startMinistack } from './support/ministack.ts';
import { REGION } from './support/moto.ts';
import { startVersitygw, versityClient } from './support/versitygw.ts';

const versitygw = await forThisFile(startVersitygw());
const ministack = await forThisFile(startMinistack());
const clientOf = { endpoint: ministack.endpoint, region: REGION, credentials: MINISTACK_KEY };
const [strict, aws] = [versityClient(versitygw), ministackS3(ministack)];
const [sns, sqs, events] = [new SNSClient(clientOf), new SQSClient(clientOf), new EventBridgeClient(clientOf)];
/** Short forms of CloudFormation: !Ref A is "A" here. */
const CLOUDFORMATION = ['Ref', 'GetAtt'].map((name) => ({ tag: `!${name}`, resolve: (text: string) => text }));
const folder = await mkdtemp(join(tmpdir(), 'witnessmark-custom-'));
afterAll(async () => {
  for (const it of [strict, aws, sns, sqs, events]) it.destroy();
  await rm(folder, { recursive: true, force: true });
});

const put = (client: S3Client, Bucket: string, Key: string, Body: string) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body }));

describe.each([
  ['versitygw', strict],
  ['ministack', aws],
] as const)('a folder of uploads on %s', (_name, client) => {
  it('lists what is there, whatever it is called, and reads what was listed and nothing else', async () => {
    const bucket = await newBucket(client);
    const uploads = s3Uploads({ bucket, prefix: 'store/custom/', client });
    expect(await uploads.list(10)).toEqual([]);
    const paths = ['a b+c%20.yaml', 'checks/s3.yaml', 'x/y/z.yaml', 'ä.yaml', '\u202eb.yaml'];
    for (const path of paths) await put(client, bucket, `store/custom/${path}`, path);
    await put(client, bucket, 'store/custom/folder/', '');
    await put(client, bucket, 'store/customs/other.yaml', 'x');
    await put(client, bucket, 'store/custom/gone.yaml', 'x');
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'store/custom/gone.yaml' }));
    const listed = await uploads.list(10);
    expect(listed.map(({ path }) => path).sort()).toEqual([...paths, 'folder/'].sort());
    expect(await uploads.list(2)).toHaveLength(3);
    const ids = new Set<string>();
    for (const upload of listed.filter(({ path }) => path !== 'folder/')) {
      const read = await uploads.read(upload, 100);
      expect(Buffer.from(read?.bytes ?? []).toString('utf8')).toBe(upload.path);
      ids.add(read?.id ?? '');
      expect(Math.abs(Date.parse(upload.modified) - Date.now())).toBeLessThan(60_000);
    }
    expect(ids.size).toBe(paths.length);
    const [first, second] = listed.filter(({ path }) => path !== 'folder/');
    if (first === undefined || second === undefined) throw new RangeError('nothing was listed');
    await put(client, bucket, `store/custom/${first.path}`, 'changed');
    expect(await uploads.read(first, 100)).toBeUndefined();
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `store/custom/${second.path}` }));
    expect(await uploads.read(second, 100)).toBeUndefined();
    const [other] = (await uploads.list(10)).filter(({ path }) => path === 'ä.yaml');
    await expect(uploads.read(other ?? first, 3)).rejects.toMatchObject({ code: 'objects-too-large' });
  });
});

describe('what EventBridge tells of an upload', () => {
  it('is what the function takes, with the rule of the deployment', async () => {
    const bucket = await newBucket(aws);
    const NotificationConfiguration = { EventBridgeConfiguration: {} };
    await aws.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }));
    const QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'uploads' }))).QueueUrl ?? '';
    const { CustomRule } = parse(await readFile('serverless/custom.yml', 'utf8'), {
      customTags: CLOUDFORMATION,
    }).Resources;
    const pattern = JSON.stringify(CustomRule.Properties.EventPattern).replace('"StoreBucket"', JSON.stringify(bucket));
    await events.send(new PutRuleCommand({ Name: 'custom', EventPattern: pattern }));
    const Arn = `arn:aws:sqs:${REGION}:${MINISTACK_KEY.accessKeyId}:uploads`;
    await events.send(new PutTargetsCommand({ Rule: 'custom', Targets: [{ Id: 'custom', Arn }] }));

    await put(aws, bucket, 'elsewhere/x.yaml', 'x');
    await put(aws, bucket, 'custom/a b+c.yaml', 'x');
    await aws.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'custom/a b+c.yaml' }));
    const told: unknown[] = [];
    for (let tries = 0; tries < 10 && told.length < 2; tries += 1) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      for (const { Body = '' } of Messages) told.push(...UploadEvent.parse(JSON.parse(Body)));
    }
    const at = { bucket, key: 'custom/a b+c.yaml' };
    expect(told).toEqual([expect.objectContaining(at), expect.objectContaining(at)]);
  });
});

describe('the function that judges uploads', () => {
  let [bucket, topic, queue] = ['', '', ''];
  beforeAll(async () => {
    await buildFunctions(folder);
    bucket = await newBucket(aws);
    topic = (await sns.send(new CreateTopicCommand({ Name: 'alerts' }))).TopicArn ?? '';
    queue = (await sqs.send(new CreateQueueCommand({ QueueName: 'alerts' }))).QueueUrl ?? '';
    const Endpoint = `arn:aws:sqs:${REGION}:${MINISTACK_KEY.accessKeyId}:alerts`;
    await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint }));
  });

  /** Calls the bundle as Lambda does, where it can find nothing but itself. */
  async function invoke(event: object): Promise<Record<string, unknown>> {
    const script = `const { handler } = await import('./custom.mjs');
      const context = { functionName: 'custom', awsRequestId: 'r', getRemainingTimeInMillis: () => 300000 };
      console.log(JSON.stringify(await handler(${JSON.stringify(event)}, context)));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: join(folder, 'custom'),
      env: {
        AWS_ENDPOINT_URL: ministack.endpoint,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: MINISTACK_KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: MINISTACK_KEY.secretAccessKey,
        WITNESSMARK_STORE: `s3://${bucket}/`,
        WITNESSMARK_TOPIC: topic,
      },
    });
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  }

  async function told(): Promise<string> {
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 5, MaxNumberOfMessages: 1 }),
    );
    return JSON.parse(message?.Body ?? '{}').Message ?? '';
  }

  const notification = (key: string) => ({
    Records: [
      { eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: { bucket: { name: bucket }, object: { key } } },
    ],
  });

  it('makes a set active that runs then judge by, refuses what is wrong, and tells both', async () => {
    const here = { objects: s3Objects({ bucket, client: aws }), clock: systemClock };
    const ours = { ...here, uploads: s3Uploads({ bucket, prefix: 'custom/', client: aws }) };
    const catalogue = await bundledCatalogue({ file: pathToFileURL(join(folder, 'custom', CATALOGUE_FILE)) });
    const check = () => checkFolder({ ...ours, catalogue, messages: snsTopic(topic, sns), wait: async () => {} });

    await put(aws, bucket, 'custom/our checks.txt', 'notes');
    await put(
      aws,
      bucket,
      'custom/checks/s3.yaml',
      CHECKS.replaceAll('resource.versioning', 'resource.versioning.status')
        .replace('{ versioning: Enabled }', '{ versioning: { status: Enabled } }')
        .replace('{ versioning: Suspended }', '{ versioning: { status: Suspended } }'),
    );
    await put(aws, bucket, 'custom/events/ours.yaml', EVENTS);
    await put(aws, bucket, 'custom/ours.yaml', FRAMEWORK.replace('extends: demo', 'extends: soc2-2017'));
    const accepted = await invoke(notification('custom/our+checks.txt'));
    expect(accepted).toMatchObject({
      ok: true,
      status: 'accepted',
      judged: true,
      summary: '1 checks, 1 event selectors, 1 frameworks: 0 errors, 0 warnings',
    });
    expect(await told()).toContain(accepted.custom);
    expect(await activeSet(here.objects)).toBe(accepted.custom);
    const active = await withSet(catalogue, here.objects, String(accepted.custom));
    expect(active.catalogue.problems).toEqual([]);
    expect(active.catalogue.frameworks.get('ours')?.control_sets.length).toBeGreaterThan(1);
    expect(catalogueDigest(active.catalogue)).not.toBe(catalogueDigest(catalogue));

    await put(aws, bucket, 'custom/ours.yaml', 'framework: [');
    const refused = await check();
    expect(refused).toMatchObject({ result: { status: 'refused' }, active: { sha256: accepted.custom } });
    expect(await told()).toContain('custom/ours.yaml:1:');
    expect(await activeSet(here.objects)).toBe(accepted.custom);

    await put(aws, bucket, 'custom/ours.yaml', FRAMEWORK.replace('extends: demo', 'extends: hipaa-security-rule'));
    const [mended, again] = await Promise.all([check(), check()]);
    expect(mended.active?.sha256).not.toBe(accepted.custom);
    expect(again.active).toEqual(mended.active);
    expect(await told()).toContain('are right again');
    expect((await withSet(catalogue, here.objects, String(accepted.custom))).catalogue.problems).toEqual([]);
  });

  it('does nothing where it is told of something else', async () => {
    expect(await invoke(notification('customs/other.yaml'))).toEqual({ ok: true, status: 'elsewhere' });
  });
});
