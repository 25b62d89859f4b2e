import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { clientIds, loadClient } from '../../src/adapters/aws/clients.ts';
import { type AwsCloud, type AwsCloudOptions, awsCloud } from '../../src/adapters/aws/cloud.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { CallError, type FailureKind } from '../../src/model/retrieval.ts';
import type { CallReply } from '../../src/ports/cloud.ts';
import { ACCOUNT, type AwsServer, awsServer, type Handler, json, send, xml } from './aws-server.ts';

const clock = { now: () => new Date(Date.UTC(2026, 9, 1)).toISOString() };
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});

async function start(handle: Handler, options: Partial<AwsCloudOptions> = {}): Promise<[AwsCloud, AwsServer]> {
  const server = await awsServer(handle);
  const credentials = { accessKeyId: 'OWN', secretAccessKey: 'secret' };
  const cloud = awsCloud({ clock, endpoint: server.endpoint, credentials, maxAttempts: 1, ...options });
  open.push(cloud, server);
  return [cloud, server];
}

const request = (service: string, operation: string, input: JsonObject = {}, account = ACCOUNT) => ({
  service,
  operation,
  input,
  account,
  region: 'eu-west-1',
});

async function call(handle: Handler, options: Partial<AwsCloudOptions> = {}): Promise<CallReply> {
  const [cloud] = await start(handle, options);
  return cloud.call(request('config', 'DescribeConfigRules'));
}

describe('an answer', () => {
  it('is plain JSON with all that a retrieval says about the call', async () => {
    const [cloud] = await start((_, response) => json(response, 200, { Keys: [{ KeyId: 'k' }], Truncated: false }));
    expect(await cloud.call(request('kms', 'ListKeys'))).toEqual({
      answer: { Keys: [{ KeyId: 'k' }], Truncated: false },
      requestId: 'req-1',
      attempts: 1,
      caller: 'arn:aws:iam::111122223333:user/reader',
      sdk: expect.stringMatching(/^@aws-sdk\/client-kms@3\.\d+\.\d+$/),
      startedAt: '2026-10-01T00:00:00.000Z',
      endedAt: '2026-10-01T00:00:00.000Z',
    });
  });

  it('has dates as ISO text with milliseconds', async () => {
    const answer = { KeyMetadata: { KeyId: 'k', CreationDate: 1_759_276_800.5 } };
    const [cloud] = await start((_, response) => json(response, 200, answer));
    const reply = await cloud.call(request('kms', 'DescribeKey', { KeyId: 'k' }));
    expect(reply.answer).toEqual({ KeyMetadata: { KeyId: 'k', CreationDate: '2025-10-01T00:00:00.500Z' } });
  });

  it('has bytes as base64', async () => {
    const body = `<GetCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetCredentialReportResult>
      <Content>dXNlcixhcm4K</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-10-01T00:00:00Z</GeneratedTime>
      </GetCredentialReportResult></GetCredentialReportResponse>`;
    const [cloud] = await start((_, response) => xml(response, 200, body));
    const reply = await cloud.call({ ...request('iam', 'GetCredentialReport'), region: 'global' });
    expect(reply.answer).toMatchObject({ Content: 'dXNlcixhcm4K', GeneratedTime: '2026-10-01T00:00:00.000Z' });
  });

  it('of EC2 has an empty array for an empty list, and nothing for a missing one', async () => {
    const body =
      '<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><volumeSet/></DescribeVolumesResponse>';
    const [cloud] = await start((_, response) => xml(response, 200, body));
    expect((await cloud.call(request('ec2', 'DescribeVolumes'))).answer).toEqual({ Volumes: [] });
  });

  it('comes from the region that was asked for; global means us-east-1', async () => {
    const [cloud, server] = await start((_, response) => json(response, 200, {}));
    await cloud.call(request('kms', 'ListKeys'));
    await cloud.call({ ...request('kms', 'ListKeys'), region: 'global' });
    const regions = server.seen.filter((it) => it.operation === 'ListKeys').map((it) => it.authorization.split('/')[2]);
    expect(regions).toEqual(['eu-west-1', 'us-east-1']);
  });

  it("of S3 is asked for in path style at an endpoint of one's own", async () => {
    const [cloud, server] = await start((_, response) => xml(response, 200, '<VersioningConfiguration/>'));
    await cloud.call({ ...request('s3', 'GetBucketVersioning', { Bucket: 'records' }), region: 'global' });
    expect(server.seen.at(-1)?.path).toMatch(/^\/records\/?\?versioning/);
  });
});

describe('an error', () => {
  const DENIED = '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';
  const HTML = '<!doctype html><title>500 Internal Server Error</title>';

  it.each<[string, FailureKind, number | null, Handler]>([
    ['XML denial to a JSON client', 'denied', 403, (_, it) => xml(it, 403, DENIED)],
    ['JSON denial with 400', 'denied', 400, (_, it) => json(it, 400, { __type: 'AccessDeniedException' })],
    ['throttle', 'throttled', 400, (_, it) => json(it, 400, { __type: 'ThrottlingException' })],
    ['429 without a name', 'throttled', 429, (_, it) => send(it, 429, 'text/plain', 'slow down')],
    ['HTML page with 500', 'server', 500, (_, it) => send(it, 500, 'text/html', HTML)],
    ['HTML page with 404', 'unsupported', 404, (_, it) => send(it, 404, 'text/html', HTML)],
    ['unknown operation', 'unsupported', 400, (_, it) => json(it, 400, { __type: 'UnknownOperationException' })],
    ['error of the service itself', 'rejected', 400, (_, it) => json(it, 400, { __type: 'NoSuchConfigRuleException' })],
    [
      'answer cut short',
      'unparsable',
      200,
      (_, it) => send(it, 200, 'application/x-amz-json-1.1', '{"ConfigRules":[{'),
    ],
    ['HTML page with 200', 'unparsable', 200, (_, it) => send(it, 200, 'text/html', HTML)],
    ['connection that is reset', 'network', null, (_, it) => void it.socket?.destroy()],
    ['body that breaks off', 'network', null, breakOff],
  ])('%s is %s', async (_, kind, status, handle) => {
    const reply = await call(handle);
    expect(reply.answer).toBeUndefined();
    expect(CallError.parse(reply.error)).toMatchObject(status === null ? { kind } : { kind, status });
    expect(reply).toMatchObject({ caller: 'arn:aws:iam::111122223333:user/reader', attempts: 1 });
  });

  function breakOff(_: unknown, response: Parameters<Handler>[1]): void {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': '1000' });
    response.write('{"ConfigRules":[');
    setTimeout(() => response.socket?.destroy(), 20);
  }

  it('keeps the real name and message, bounded', async () => {
    const reply = await call((_, it) =>
      json(it, 400, { __type: 'NoSuchConfigRuleException', message: 'x'.repeat(9000) }),
    );
    expect(reply.error?.name).toBe('NoSuchConfigRuleException');
    expect(reply.error?.message).toMatch(/^x{1999}…$/);
  });

  it('after a timeout of the attempt is timeout', async () => {
    const timeouts = { connect: 200, request: 150, call: 2_000 };
    expect((await call(() => undefined, { timeouts })).error?.kind).toBe('timeout');
  });

  it('after the time for all attempts is timeout', async () => {
    const timeouts = { connect: 200, request: 10_000, call: 200 };
    expect((await call(() => undefined, { timeouts })).error?.kind).toBe('timeout');
  });

  it('for an endpoint where nothing listens is network, and the caller unknown', async () => {
    const [cloud, server] = await start(() => undefined);
    await server.close();
    const reply = await cloud.call(request('kms', 'ListKeys'));
    expect(reply).toMatchObject({ error: { kind: 'network' }, caller: 'unknown' });
  });

  it('for a body above the limit is too_large, before it is parsed', async () => {
    const body = { Keys: [{ KeyId: 'x'.repeat(200_000) }] };
    const reply = await call((_, it) => json(it, 200, body), { maxBytes: 100_000 });
    expect(reply.error).toMatchObject({ kind: 'too_large', name: 'AnswerTooLarge' });
  });
});

it('an empty body is no answer: for some operations nothing would say that nothing is configured', async () => {
  const reply = await call((_, response) => send(response, 200, 'application/x-amz-json-1.1', ''));
  expect(reply).toMatchObject({ error: { kind: 'unparsable', name: 'EmptyAnswer', status: 200 } });
});

it('an HTML page with status 200, as a sign-in page of a proxy has it, is no answer', async () => {
  const page = '\n<!DOCTYPE html><html><body>Please sign in</body></html>';
  const reply = await call((_, response) => send(response, 200, 'text/html', page));
  expect(reply).toMatchObject({ error: { kind: 'unparsable', name: 'NotAnAnswer', status: 200 } });
});

it('a throttle is tried again, and the attempts are counted', async () => {
  const handle: Handler = (_, response, nth) => {
    return nth === 0
      ? json(response, 400, { __type: 'ThrottlingException' })
      : json(response, 200, { ConfigRules: [] });
  };
  expect(await call(handle, { maxAttempts: 3 })).toMatchObject({ answer: { ConfigRules: [] }, attempts: 2 });
});

describe('accounts', () => {
  const empty: Handler = (_, response) => json(response, 200, {});

  it('other than the own one are read through the role, with the external id', async () => {
    const [cloud, server] = await start(empty, { roleName: 'reader', externalId: 'shared-word' });
    const reply = await cloud.call(request('kms', 'ListKeys', {}, '444455556666'));
    const assumed = new URLSearchParams(server.seen.find((it) => it.operation === 'AssumeRole')?.body);
    expect(assumed.get('RoleArn')).toBe('arn:aws:iam::444455556666:role/reader');
    expect(assumed.get('ExternalId')).toBe('shared-word');
    expect(reply.caller).toBe('arn:aws:iam::444455556666:user/reader');
    expect(server.seen.at(-1)?.authorization).toContain('Credential=ASSUMED/');
  });

  it('the own one is read without it', async () => {
    const [cloud, server] = await start(empty, { roleName: 'reader' });
    expect((await cloud.call(request('kms', 'ListKeys'))).answer).toEqual({});
    expect(server.seen.map((it) => it.operation)).not.toContain('AssumeRole');
  });

  it.each([
    ['without a role', {}, '444455556666'],
    ['where the role turns out to be of another account', { roleName: 'reader' }, '777788889999'],
  ])('are never read with the credentials of another one: %s', async (_, options, account) => {
    const [cloud, server] = await start(empty, options);
    const reply = await cloud.call(request('kms', 'ListKeys', {}, account));
    expect(reply).toMatchObject({ error: { kind: 'denied', name: 'WrongAccount' }, attempts: 0 });
    expect(server.seen.map((it) => it.operation)).not.toContain('ListKeys');
  });

  it('are asked once who calls, and whoAmI tells', async () => {
    const [cloud, server] = await start(empty);
    await Promise.all([1, 2, 3].map(() => cloud.call(request('kms', 'ListKeys'))));
    expect(await cloud.whoAmI()).toEqual({
      account: ACCOUNT,
      arn: 'arn:aws:iam::111122223333:user/reader',
      partition: 'aws',
    });
    expect(server.seen.filter((it) => it.operation === 'GetCallerIdentity')).toHaveLength(1);
  });
});

describe('the operations that can be called', () => {
  it.each([
    ['s3', 'PutBucketPolicy'],
    ['kms', 'ScheduleKeyDeletion'],
    ['kms', 'constructor'],
    ['dynamodb', 'ListBackups'],
  ])('%s:%s is not one of them, and nothing is sent', async (service, operation) => {
    const [cloud, server] = await start((_, response) => json(response, 200, {}));
    const reply = await cloud.call(request(service, operation));
    expect(reply).toMatchObject({ error: { kind: 'unsupported', name: 'OperationNotListed' }, attempts: 0 });
    expect(server.seen).toEqual([]);
  });

  it('only read', async () => {
    for (const id of clientIds) {
      const names = Object.keys((await loadClient(id))?.operations ?? {});
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(name).toMatch(/^(Get|BatchGet|List|Describe|Lookup|GenerateCredentialReport$)/);
    }
  });

  it('are exactly those that readers use', async () => {
    const folder = new URL('../../src/collect/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.ts'));
    const text = files.map((it) => readFileSync(new URL(it, folder), 'utf8')).join('\n');
    for (const id of clientIds.filter((it) => it !== 'sts')) {
      const listed = Object.keys((await loadClient(id))?.operations ?? {});
      const unused = listed.filter((it) => !text.includes(`'${id}:${it}'`));
      expect(unused).toEqual([]);
      const called = [...text.matchAll(/(?:get|getOrAbsent|list|listAll)\((?:\w+,\s*)?'([a-z0-9]+):(\w+)'/g)];
      const missing = called.filter((it) => it[1] === id && !listed.includes(String(it[2]))).map((it) => it[2]);
      expect(missing).toEqual([]);
    }
  });
});

it('a pause takes its time', async () => {
  const [cloud] = await start(() => undefined);
  const before = performance.now();
  await cloud.pause(30);
  expect(performance.now() - before).toBeGreaterThan(25);
});
