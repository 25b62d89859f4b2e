import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '../../scripts/build.ts';
import { s3Downloads } from '../../src/adapters/aws/reports/downloads.ts';
import { objectJobs } from '../../src/adapters/aws/reports/report-jobs.ts';
import { lambdaStart } from '../../src/adapters/aws/reports/report-start.ts';
import { s3Objects, s3Place } from '../../src/adapters/aws/s3/objects.ts';
import { listFolders } from '../../src/adapters/aws/s3/read.ts';
import { openAwsStore, storeBucket } from '../../src/adapters/aws/store/store.ts';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import { systemClock } from '../../src/adapters/local/clock.ts';
import { createApi } from '../../src/api/api.ts';
import { accessLog } from '../../src/app/access-log.ts';
import { syncIndex } from '../../src/app/replay.ts';
import type { ReportJob } from '../../src/model/report-job.ts';
import { CATALOGUE } from '../app/demo.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { type LambdaHost, startLambdaHost } from './support/lambda-host.ts';
import { MINISTACK_KEY, ministackKms, startMinistack } from './support/ministack.ts';
import { awsEnv, REGION } from './support/moto.ts';
import { scratch, witnessmark, witnessmarkJson } from './support/run.ts';
import { smallStore } from './support/small-store.ts';
import { makeStoreKeys } from './support/store-keys.ts';
import { startVersitygw, VERSITY_KEY, versityClient } from './support/versitygw.ts';

// S3 is versitygw, which is strict; KMS is ministack's; the functions are bundles, each call a process of its own.
const versitygw = await forThisFile(startVersitygw());
const ministack = await forThisFile(startMinistack());
const s3 = versityClient(versitygw);
const kms = ministackKms(ministack);
const folder = await scratch('report-function');
const env = {
  ...awsEnv(versitygw.endpoint, VERSITY_KEY),
  AWS_ENDPOINT_URL_KMS: ministack.endpoint,
};

let host: LambdaHost;
let address = '';
let verifierKey = '';
/** The pack of the same version, made by the command line. */
let localZip: Uint8Array;
/** How often a call of a part may ask for its time. */
let checks = (_part: number): number => Number.POSITIVE_INFINITY;

beforeAll(async () => {
  await makeStoreKeys(kms);
  const [bucket, notary] = [await newBucket(s3, { lock: true }), await newBucket(s3)];
  address = `s3://${bucket}/prod?notary=${notary}&lock-mode=GOVERNANCE&lock-days=1`;
  const init = ['init', '--store', address, '--organisation', 'Example Health', '--origin', 'example.com/audit'];
  const [made] = await witnessmarkJson<{ verifierKey: string }>(init, { env });
  verifierKey = made?.verifierKey ?? '';
  const { pack } = await smallStore(folder, { store: address, env });
  localZip = await readFile(`${pack}.zip`);
  const bundle = join(folder, 'bundle');
  await buildFunctions(bundle);
  host = await startLambdaHost({
    folder: bundle,
    checks: (event) => checks((event as { part?: number }).part ?? 1),
    env: (name) => ({
      ...(env as Record<string, string>),
      AWS_ENDPOINT_URL_LAMBDA: host.endpoint,
      WITNESSMARK_STORE: address,
      ...(name === 'notary' ? { WITNESSMARK_ORIGIN: 'example.com/audit' } : { WITNESSMARK_NOTARY: 'notary' }),
    }),
  });
});
afterAll(async () => {
  await host?.close();
  for (const it of [s3, kms]) it.destroy();
  await rm(folder, { recursive: true, force: true });
});

/** The API over the store, as its function would serve it. */
async function api() {
  const location = { ...parseStoreLocation(address), s3, kms };
  const store = await openAwsStore({ ...location, clock: systemClock, software: 'test' });
  await syncIndex(store);
  const bucket = storeBucket(location);
  const credentials = MINISTACK_KEY;
  const lambda = new LambdaClient({ endpoint: host.endpoint, region: REGION, credentials });
  const jobs = objectJobs({
    objects: s3Objects(bucket),
    folders: () => listFolders(s3Place(bucket), 'prod/reports/'),
    clock: systemClock,
    start: lambdaStart('report', lambda),
  });
  const person = { subject: 'robin', issuer: 'https://issuer.example' };
  const served = createApi({
    store,
    catalogue: CATALOGUE,
    accesses: accessLog(store),
    authorise: () => ({ person, roles: ['admin'], assessments: [] }),
    downloads: s3Downloads(bucket),
    jobs,
    requestId: () => crypto.randomUUID(),
    log: () => {},
  });
  return async (path: string, init: RequestInit = {}) => served.request(path, init);
}

/** Asks for the newest report and waits for it. */
async function report(ask: Awaited<ReturnType<typeof api>>): Promise<ReportJob> {
  const { items } = (await (await ask('/v1/assessments')).json()) as { items: { id: string }[] };
  const body = JSON.stringify({ assessment: items.at(-1)?.id });
  const headers = { 'content-type': 'application/json' };
  const asked = await ask('/v1/reports', { method: 'POST', headers, body });
  expect(asked.status).toBe(202);
  const { id } = (await asked.json()) as ReportJob;
  for (;;) {
    const job = (await (await ask(`/v1/reports/${id}`)).json()) as ReportJob;
    if (!['queued', 'running'].includes(job.status)) return job;
    await setTimeout(200);
  }
}

describe('the function that makes reports', () => {
  it.each([
    ['in one turn', () => Number.POSITIVE_INFINITY, 1],
    ['in many turns', (part: number) => [10, 40][part - 1] ?? Number.POSITIVE_INFINITY, 3],
  ] as const)('gives the bytes of the command line %s, and they verify', async (_, limit, least) => {
    checks = limit;
    const ask = await api();
    const job = await report(ask);
    expect(job.error).toBeUndefined();
    expect(job).toMatchObject({ status: 'succeeded', stage: 'packing' });
    expect(job.part).toBeGreaterThanOrEqual(least);
    const offered = await ask(`/v1/reports/${job.id}/files/pack.zip`);
    expect(offered.status).toBe(303);
    const zip = Buffer.from(await (await fetch(offered.headers.get('location') ?? '')).arrayBuffer());
    expect(Buffer.compare(zip, localZip)).toBe(0);
    await writeFile(join(folder, 'pack.zip'), zip);
    const verified = await witnessmark(['verify', join(folder, 'pack.zip'), '--key', verifierKey], { env });
    expect([verified.code, verified.stderr]).toEqual([0, expect.anything()]);
    const { items } = (await (await ask('/v1/reports')).json()) as { items: ReportJob[] };
    expect(items.at(-1)).toEqual(job);
  });

  it('answers with a result, and does nothing, where it is not its turn', async () => {
    const event = JSON.stringify({ job: '017f22e2-79b0-7cc3-98c4-dc0c0c07398f', part: 1 });
    const answer = await fetch(`${host.endpoint}/2015-03-31/functions/report/invocations`, {
      method: 'POST',
      body: event,
    });
    expect(await answer.json()).toMatchObject({ ok: false, code: 'report-unknown' });
  });

  it('fails the job, and says why, where a turn is too short for any file', async () => {
    checks = () => 0;
    const job = await report(await api());
    expect(job).toMatchObject({ status: 'failed', error: { code: 'report-no-progress' } });
  });
});
