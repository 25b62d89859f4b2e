import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { s3Objects } from '../../src/adapters/aws/s3/objects.ts';
import { s3Client } from '../../src/adapters/aws/s3/place.ts';
import { type AwsServer, awsServer, type Handler } from './aws-server.ts';

// What S3 itself does is tested against a server that acts like it; here is what seldom happens there.
const s3 = mockClient(S3Client);
beforeEach(() => {
  s3.reset();
});
const objects = (over = {}) => s3Objects({ bucket: 'records', prefix: 'store/', ...over });
const error = (name: string, status: number, attempts = 1) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status, attempts } });
const stored = (text: string) => ({ Body: [Buffer.from(text)] as never, ETag: '"e"' });
const body = Buffer.from('one');

describe('a write that meets another one', () => {
  it('is tried again after a 409, and made when the other one failed', async () => {
    s3.on(PutObjectCommand).rejectsOnce(error('ConditionalRequestConflict', 409)).resolves({});
    expect(await objects().create('a', body)).toBe('created');
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(2);
  });

  it('gives up a 409 that never ends, and says so', async () => {
    s3.on(PutObjectCommand).rejects(error('ConditionalRequestConflict', 409));
    await expect(objects().replace('a', body, '"e"')).rejects.toMatchObject({
      code: 'objects-busy',
      cause: { name: 'ConditionalRequestConflict' },
    });
    expect(s3.commandCalls(PutObjectCommand)).toHaveLength(6);
  });

  it('is refused by a 412, without a look at what is there', async () => {
    s3.on(PutObjectCommand).rejects(error('PreconditionFailed', 412));
    expect(await objects().create('a', body)).toBe('exists');
    expect(await objects().replace('a', body, undefined)).toBe('conflict');
    expect(await objects().replace('a', body, '"e"')).toBe('conflict');
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(0);
  });

  it('is a conflict where the object to replace has gone', async () => {
    s3.on(PutObjectCommand).rejects(error('NoSuchKey', 404));
    expect(await objects().replace('a', body, '"e"')).toBe('conflict');
    await expect(objects().create('a', body)).rejects.toMatchObject({ code: 'objects-failed' });
  });
});

describe('a write whose first answer was lost', () => {
  it.each([
    ['one', 'created', 'replaced'],
    ['other', 'exists', 'conflict'],
  ])('with %j in its place is %s or %s', async (present, created, replaced) => {
    s3.on(PutObjectCommand).rejects(error('PreconditionFailed', 412, 2));
    s3.on(GetObjectCommand).callsFake(async () => stored(present));
    expect(await objects().create('a', body)).toBe(created);
    expect(await objects().replace('a', body, '"e"')).toBe(replaced);
  });
});

describe('what goes over the wire', () => {
  it('has the prefix, the condition and the SHA-256 of the bytes', async () => {
    s3.on(PutObjectCommand).resolves({});
    await objects().create('a', body);
    await objects().replace('a', body, '"e"');
    const common = {
      Bucket: 'records',
      Key: 'store/a',
      ChecksumSHA256: 'dpLDrTVAu4A8Ags67mbNiIcSMjTqDG5xQ8Ct1z/0Me0=',
    };
    expect(s3.commandCalls(PutObjectCommand).map((it) => it.args[0].input)).toEqual([
      { ...common, Body: body, IfNoneMatch: '*' },
      { ...common, Body: body, IfMatch: '"e"' },
    ]);
  });

  it('has the key, the bucket key, the owner, and the lock of what is created only', async () => {
    s3.on(PutObjectCommand).resolves({});
    s3.on(GetObjectCommand).rejects(error('NoSuchKey', 404));
    s3.on(ListObjectsV2Command).resolves({});
    const options = { owner: '111122223333', kmsKeyId: 'k', retention: { mode: 'COMPLIANCE', days: 365 } };
    const store = objects(options);
    await store.create('a', body);
    await store.replace('a', body, '"e"');
    await store.get('a');
    await Array.fromAsync(store.list(''));
    const inputs = s3.calls().map((it) => it.args[0].input as Record<string, unknown>);
    expect(inputs.map((it) => it.ExpectedBucketOwner)).toEqual(Array(4).fill('111122223333'));
    const encrypted = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'k', BucketKeyEnabled: true };
    expect(inputs[0]).toMatchObject({ ...encrypted, ObjectLockMode: 'COMPLIANCE' });
    expect(inputs[1]).toMatchObject(encrypted);
    expect(inputs[1]).not.toHaveProperty('ObjectLockMode');
    const days = (Number(inputs[0]?.ObjectLockRetainUntilDate) - Date.now()) / 86_400_000;
    expect(Math.abs(days - 365)).toBeLessThan(0.01);
  });
});

describe('a failure is never absence', () => {
  it.each([
    ['AccessDenied', 403, 'objects-denied'],
    ['SomethingNew', 403, 'objects-denied'],
    ['ExpiredToken', 400, 'objects-no-credentials'],
    ['NoSuchBucket', 404, 'objects-no-bucket'],
    ['NotFound', 404, 'objects-failed'],
    ['PermanentRedirect', 301, 'objects-wrong-region'],
    ['AuthorizationHeaderMalformed', 400, 'objects-wrong-region'],
    ['KMS.DisabledException', 400, 'objects-kms-key'],
    ['KMS.NotFoundException', 400, 'objects-kms-key'],
    ['BadDigest', 400, 'objects-checksum'],
    ['InvalidObjectState', 403, 'objects-archived'],
    ['SlowDown', 503, 'objects-throttled'],
    ['InternalError', 500, 'objects-unavailable'],
    ['MadeUp', 418, 'objects-failed'],
  ])('%s (%i) is %s from every operation', async (name, status, code) => {
    for (const command of [GetObjectCommand, PutObjectCommand, ListObjectsV2Command]) {
      s3.on(command as typeof GetObjectCommand).rejects(error(name, status));
    }
    const failed = { name: 'WitnessmarkError', code, hint: expect.any(String), cause: { name } };
    await expect(objects().get('a')).rejects.toMatchObject(failed);
    await expect(objects().create('a', body)).rejects.toMatchObject(failed);
    await expect(objects().replace('a', body, '"e"')).rejects.toMatchObject(failed);
    await expect(Array.fromAsync(objects().list(''))).rejects.toMatchObject(failed);
  });

  it('without credentials says so, and that it was this object of this bucket', async () => {
    s3.on(GetObjectCommand).rejects(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    await expect(objects().get('a')).rejects.toMatchObject({
      code: 'objects-no-credentials',
      message: 's3:GetObject of s3://records/store/a failed with CredentialsProviderError: none',
    });
  });

  it('without a region says so', async () => {
    s3.on(GetObjectCommand).rejects(new Error('Region is missing'));
    await expect(objects().get('a')).rejects.toMatchObject({ code: 'objects-no-region' });
  });

  it('an answer without an ETag or a body is refused', async () => {
    for (const answer of [{ ETag: '"e"' }, { Body: stored('x').Body }]) {
      s3.on(GetObjectCommand).resolves(answer);
      await expect(objects().get('a')).rejects.toMatchObject({ code: 'objects-answer-invalid' });
    }
  });

  it('a body that grows beyond the limit is refused, whatever length it was said to have', async () => {
    s3.on(GetObjectCommand).resolves({ ...stored('12345'), ContentLength: 4 });
    await expect(objects({ maxBytes: 4 }).get('a')).rejects.toMatchObject({ code: 'objects-too-large' });
    s3.on(GetObjectCommand).resolves({ ...stored('12345'), ContentLength: 5 });
    expect((await objects({ maxBytes: 5 }).get('a'))?.bytes.length).toBe(5);
  });
});

describe('a list', () => {
  const page = (keys: string[], next?: string) => ({
    Contents: keys.map((Key) => ({ Key })),
    IsTruncated: next !== undefined,
    ...(next === undefined ? {} : { NextContinuationToken: next }),
  });

  it('goes on to the last page, and leaves out what is no key of a store', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce(page(['store/a', 'store/folder/', 'store/my file'], 't1'))
      .resolvesOnce(page([], 't2'))
      .resolves(page(['store/z']));
    expect(await Array.fromAsync(objects().list(''))).toEqual(['a', 'z']);
    expect(s3.commandCalls(ListObjectsV2Command).map((it) => it.args[0].input)).toEqual([
      { Bucket: 'records', Prefix: 'store/', ContinuationToken: undefined },
      { Bucket: 'records', Prefix: 'store/', ContinuationToken: 't1' },
      { Bucket: 'records', Prefix: 'store/', ContinuationToken: 't2' },
    ]);
  });

  it.each([
    ['without a token', { ...page(['store/a'], 'x'), NextContinuationToken: undefined }],
    ['that repeats its token', page([], 'x')],
  ])('that is cut %s is an error, not a short list', async (_, answer) => {
    s3.on(ListObjectsV2Command).resolves(answer as never);
    await expect(Array.fromAsync(objects().list(''))).rejects.toMatchObject({ code: 'objects-answer-invalid' });
  });
});

describe('an S3 that asks to slow down', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is asked again, a few times, by the client that a store makes for itself', async () => {
    s3.restore();
    let asked = 0;
    const server = await awsServer((_, response) => {
      asked += 1;
      if (asked === 3) response.writeHead(200, { etag: '"e"' }).end();
      else response.writeHead(503).end('<Error><Code>SlowDown</Code><Message>Slow down</Message></Error>');
    });
    vi.stubEnv('AWS_ENDPOINT_URL_S3', server.endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
    const client = s3Client('eu-west-1');
    expect(await s3Objects({ client, bucket: 'records' }).create('a', body)).toBe('created');
    expect(asked).toBe(3);
    expect(await client.config.maxAttempts()).toBe(6);
    client.destroy();
    server.close();
  });
});

describe('bytes that changed on their way', () => {
  let server: AwsServer | undefined;
  afterEach(() => server?.close());

  async function getFrom(handle: Handler) {
    s3.restore();
    server = await awsServer(handle);
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = new S3Client({
      endpoint: server.endpoint,
      region: 'eu-west-1',
      credentials,
      forcePathStyle: true,
      maxAttempts: 1,
    });
    return s3Objects({ client, bucket: 'records' }).get('a');
  }
  const SHA256_OF_ONE = 'dpLDrTVAu4A8Ags67mbNiIcSMjTqDG5xQ8Ct1z/0Me0=';
  const answer =
    (text: string, length = text.length): Handler =>
    (_, response) => {
      response.writeHead(200, { etag: '"e"', 'x-amz-checksum-sha256': SHA256_OF_ONE, 'content-length': length });
      if (text.length < length) response.write(text, () => response.destroy());
      else response.end(text);
    };

  it('are refused by the checksum that S3 keeps', async () => {
    expect(Buffer.from((await getFrom(answer('one')))?.bytes ?? []).toString()).toBe('one');
    await expect(getFrom(answer('onE'))).rejects.toMatchObject({ code: 'objects-checksum' });
  });

  it('are refused where the connection ends early', async () => {
    await expect(getFrom(answer('on', 3))).rejects.toMatchObject({ code: 'objects-unavailable' });
  });
});
