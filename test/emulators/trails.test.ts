import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateKeyCommand, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awsCloud } from '../../src/adapters/aws/cloud.ts';
import { systemClock } from '../../src/adapters/local/clock.ts';
import { ingest } from '../../src/app/ingest.ts';
import type { IngestResult } from '../../src/app/ingest-result.ts';
import { lookupOf } from '../../src/app/lookup.ts';
import { createOutput } from '../../src/cli/output.ts';
import { catalogue, withNewStore } from '../../src/cli/session.ts';
import { PATHS } from '../../src/pack/paths.ts';
import { PYTHON } from './judges/judge.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { MINISTACK_KEY, ministackKms, ministackS3, startMinistack } from './support/ministack.ts';
import { REGION } from './support/moto.ts';
import { ROOT, run, scratch, witnessmark, witnessmarkJson } from './support/run.ts';
import { filesBelow, firstRuns } from './support/small-store.ts';

/** A framework of selectors alone. */
const FRAMEWORK = `framework: events-only
title: Events
version: '1'
publisher: Example Health
retention: 1y
control_sets:
  - id: E
    title: Events
    controls:
      - id: E-1
        title: Logging is not stopped, and refused calls are looked at
        responsibility: customer
        sources:
          - cloudtrail: cloudtrail-logging-stopped
            strength: direct
            why: Lists every stop of a trail.
          - cloudtrail: kms-key-disabled-or-scheduled-for-deletion
            strength: supporting
            why: Lists every key that is about to go.
          - cloudtrail: unauthorized-api-call
            strength: supporting
            why: Lists what was refused.
`;

const ministack = await forThisFile(startMinistack({ CLOUDTRAIL_RECORDING: '1' }));
const s3 = ministackS3(ministack);
const [account, secret] = [MINISTACK_KEY.accessKeyId, MINISTACK_KEY.secretAccessKey];
const env = {
  AWS_ENDPOINT_URL: ministack.endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: secret,
};
const expected = [0, 3];

let folder: string;
let framework: string;
beforeAll(async () => {
  folder = await scratch('trails');
  framework = join(folder, 'events-only.yaml');
  await writeFile(framework, FRAMEWORK);
});
afterAll(async () => {
  s3.destroy();
  await rm(folder, { recursive: true, force: true });
});

/** A pack over everything in the store; both verifiers have to accept it. */
async function packed(store: string, name: string, scope: { account: string; from: string; to: string }) {
  const pack = join(folder, name);
  // An assessment wants a collection, whatever it asks of it.
  const from = await firstRuns(join(folder, `recording-${name}`), 1);
  const little = ['--service', 'kms', '--region', REGION];
  await witnessmarkJson(['collect', '--store', store, '--from', from, ...little], { expected });
  const options = Object.entries(scope).flatMap(([option, value]) => [`--${option}`, value]);
  const more = ['--framework', framework, '--region', REGION, '--out', pack, ...options];
  await witnessmarkJson(['report', '--store', store, ...more], { expected, env });
  const trust = ['--key', join(store, PATHS.verifierKeys.slice(5)), '--root', join(store, PATHS.root.slice(5))];
  const ours = await witnessmark(['verify', pack, ...trust]);
  const second = await run(PYTHON, [join(ROOT, 'test/oracles/second/verify.py'), 'pack', pack, ...trust]);
  expect({
    ours: ours.code,
    second: second.code,
    said: ours.code || second.code ? ours.stdout + second.stdout : '',
  }).toEqual({
    ours: 0,
    second: 0,
    said: '',
  });
  return JSON.parse(await readFile(join(pack, PATHS.json), 'utf8'));
}

describe("a trail's bucket on another server", () => {
  const trail = join(ROOT, 'demo/recording/trail');

  it('gives what the same files give from a folder, file by file and once', async () => {
    const bucket = await newBucket(s3, { name: 'trail-files' });
    const files = [...(await filesBelow(trail))];
    for (const [Key, Body] of files.slice(0, -3))
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `audit/${Key}`, Body }));
    const store = join(folder, 'store');
    const take = async (...more: string[]) => {
      const args = ['ingest', 'cloudtrail', `s3://${bucket}/audit/`, '--store', store, ...more];
      return (await witnessmarkJson<IngestResult>(args, { expected, env }))[0];
    };
    const first = await take('--since', '2026-09-28');
    expect(first).toMatchObject({ files: files.length - 3, known: 0, failures: [] });
    for (const [Key, Body] of files.slice(-3))
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `audit/${Key}`, Body }));
    const late = await take('--since', '2026-09-28');
    expect(late).toMatchObject({ files: files.length, known: files.length - 3 });
    expect(await take('--since', '2026-09-28')).toMatchObject({ known: files.length, entries: 0 });

    const local = join(folder, 'local');
    const [whole] = await witnessmarkJson<IngestResult>(['ingest', 'cloudtrail', trail, '--store', local], {
      expected,
    });
    for (const count of ['records', 'events', 'matched'] as const)
      expect((first?.[count] ?? 0) + (late?.[count] ?? 0), count).toBe(whole?.[count]);

    const report = await packed(store, 'from-bucket', {
      account: '111122223333',
      from: '2026-09-29',
      to: '2026-11-07',
    });
    const [control] = report.controls;
    expect(control.sources[0]).toMatchObject({
      source: 'cloudtrail:cloudtrail-logging-stopped',
      observedDays: control.sources[0].days.length,
    });
  });

  it('that holds no trail, or is not there, is an error that says so', async () => {
    const bucket = await newBucket(s3, { name: 'no-trail' });
    const take = (address: string) =>
      witnessmark(['ingest', 'cloudtrail', address, '--store', join(folder, 'none')], { env });
    expect((await take(`s3://${bucket}`)).stderr).toContain('AWSLogs/ holds no folder of an account');
    expect((await take('s3://nobody-has-this')).stderr).toContain('NoSuchBucket');
  });
});

describe('the event history of another server', () => {
  it('is read as it is asked for, and the pack says that it was no log file', async () => {
    const kms = ministackKms(ministack);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId, PendingWindowInDays: 7 }));
    kms.destroy();
    const store = join(folder, 'history');
    const cloud = awsCloud({ clock: systemClock, endpoint: ministack.endpoint, credentials: MINISTACK_KEY });
    const options = { store, quiet: true, json: true };
    const whole = await catalogue();
    // The others have forty names, each of which is asked for twice a second and no sooner.
    const asked = [...whole.events].filter(([name]) => FRAMEWORK.includes(`cloudtrail: ${name}\n`));
    const known = { ...whole, events: new Map(asked) };
    const result = await withNewStore(options, createOutput(options), (it) =>
      ingest(it, lookupOf(it, { cloud, accounts: [account], regions: [REGION], catalogue: known })),
    );
    cloud.close();
    expect(result).toMatchObject({ failures: [], more: false, events: 1, matched: 1 });
    const report = await packed(store, 'from-history', {
      account,
      from: new Date(Date.now() - 9 * 86_400_000).toISOString().slice(0, 10),
      to: new Date().toISOString().slice(0, 10),
    });
    expect(report.runs.map((it: { via: string }) => it.via)).toContain('lookup');
    const sources = new Map(report.controls[0].sources.map((it: { source: string }) => [it.source, it]));
    expect(sources.get('cloudtrail:kms-key-disabled-or-scheduled-for-deletion')).toMatchObject({ events: 1 });
    // Nobody can look up refused calls, so no day of them is whole.
    expect(sources.get('cloudtrail:unauthorized-api-call')).toMatchObject({ observedDays: 0 });
    expect(report.limitations.join(' ')).toContain('LookupEvents');
  });
});
