import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecording, readRun, writeRun } from '../../src/adapters/local/recording.ts';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import { readTask } from '../../src/collect/read-task.ts';
import { loadService } from '../../src/collect/services.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import { account, at, err, ok, type Table, tableCloud } from '../collect/table-cloud.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'witnessmark-recording-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const task = { account, region: 'eu-west-1', service: 'ec2' };
const table: Table = {
  'ec2:DescribeInstances': ok({ Reservations: [] }),
  'ec2:DescribeSecurityGroups': (input) =>
    input.NextToken ? err('throttled', 'RequestLimitExceeded') : ok({ SecurityGroups: [], NextToken: 'x' }),
  'ec2:DescribeVolumes': ok({ Volumes: [{ VolumeId: 'vol-1', Encrypted: true, State: 'in-use' }] }),
  'ec2:DescribeVpcs': ok({ Vpcs: [{ VpcId: 'vpc-1', IsDefault: true, OwnerId: account }] }),
  'ec2:DescribeFlowLogs': err('denied', 'UnauthorizedOperation'),
  'ec2:GetEbsEncryptionByDefault': ok({ EbsEncryptionByDefault: true }),
  'ec2:GetEbsDefaultKmsKeyId': ok({ KmsKeyId: 'alias/aws/ebs' }),
};

async function reading(cloud = tableCloud(table) as Parameters<typeof readTask>[0]['cloud']) {
  return readTask({ service: await loadService('ec2'), cloud, task, at, redact: { secret: 's' } });
}

async function write(over: Partial<Parameters<typeof writeRun>[0]> = {}) {
  const { retrievals } = await reading();
  return writeRun({ folder, at, tasks: [task], retrievals, description: 'Two VPCs', ...over });
}

describe('a recording on disk', () => {
  it('gives the same reading when it is replayed', async () => {
    const run = await write();
    const { retrievals, tasks } = await readRun(folder, run);
    expect(tasks).toEqual([task]);
    expect(canonicalize(await reading(replayCloud(retrievals)))).toBe(canonicalize(await reading()));
  });

  it('lists its runs in order of time, and what is in them', async () => {
    await write({ at: '2026-10-02T02:00:00.000Z' });
    const run = await write();
    expect(run).toEqual({
      at,
      file: 'runs/2026-10-01T02-00-00.000Z.jsonl.gz',
      accounts: [account],
      regions: ['eu-west-1'],
      services: ['ec2'],
    });
    const { description, runs } = await readRecording(folder);
    expect(description).toBe('Two VPCs');
    expect(runs.map((it) => it.at)).toEqual([at, '2026-10-02T02:00:00.000Z']);
  });

  it('has the same bytes for the same run, and one run per time', async () => {
    const { file } = await write();
    const bytes = await readFile(join(folder, file));
    await write();
    expect(await readFile(join(folder, file))).toEqual(bytes);
    expect((await readRecording(folder)).runs).toHaveLength(1);
    // No time and no file name in the gzip header (RFC 1952), so that bytes depend on the content alone.
    expect(bytes.subarray(3, 8)).toEqual(Buffer.alloc(5));
  });

  it('keeps a run with no calls at all', async () => {
    const run = await write({ retrievals: [] });
    expect((await readRun(folder, run)).retrievals).toEqual([]);
  });
});

describe('what is no recording', () => {
  const HEADER = canonicalize({ v: 1, at, tasks: [task] });
  const file = (text: string) => writeFile(join(folder, 'runs/2026-10-01T02-00-00.000Z.jsonl.gz'), gzipSync(text));

  it.each<[string, string | Buffer, RegExp]>([
    ['an empty text', gzipSync(''), /header/],
    ['another header', gzipSync('{"v":2}\n'), /gz:1: v/],
    ['a line that is no JSON', gzipSync(`${HEADER}\n{\n`), /gz:2: /],
    ['a line that is no retrieval', gzipSync(`${HEADER}\n{"v":1}\n`), /gz:2: service/],
    ['a last line cut short', gzipSync(`${HEADER}\n{"v"`), /gz:2: the last line is cut short/],
    ['text that is not UTF-8', gzipSync(Buffer.from([0xff, 0x0a])), /gz:1: /],
    ['no gzip', 'plain text', /gz:1: /],
    ['a gzip cut short', gzipSync(`${HEADER}\n`).subarray(0, 30), /gz:1: /],
    ['the run of another time', gzipSync(`${HEADER.replace(at, '2026-10-09T02:00:00.000Z')}\n`), /expected the run of/],
  ])('%s is an error with the place', async (_, bytes, message) => {
    const run = await write();
    await writeFile(join(folder, run.file), bytes);
    const thrown = await readRun(folder, run).catch((it: unknown) => it);
    expect(thrown).toMatchObject({ code: 'recording-unreadable', message: expect.stringMatching(message) });
  });

  it('a file, a text, a line or a number of lines beyond the limits', async () => {
    const run = await write();
    await file(`${HEADER}\n${'x'.repeat(2_000_000)}`);
    expect((await stat(join(folder, run.file))).size).toBeLessThan(10_000);
    await expect(readRun(folder, run, { fileBytes: 100 })).rejects.toThrow(/at most 100 bytes/);
    await expect(readRun(folder, run, { textBytes: 10_000 })).rejects.toThrow(/bytes of text/);
    await expect(readRun(folder, run, { lineBytes: 100_000 })).rejects.toThrow(/gz:2: .*bytes in a line/);
    await file(`${HEADER}\n${gunzipSync(gzipSync('{}\n'))}`.repeat(5));
    await expect(readRun(folder, run, { lines: 1 })).rejects.toThrow(/gz:2/);
  });

  it('a folder without recording.json, or with another one', async () => {
    await expect(readRecording(folder)).rejects.toMatchObject({ code: 'recording-unreadable' });
    await writeFile(join(folder, 'recording.json'), '{"v":1,"description":"x","runs":[{"file":"../../etc/passwd"}]}');
    await expect(readRecording(folder)).rejects.toThrow(/recording\.json: runs\.0/);
    const escaping = { at, file: '../secret.gz', accounts: [], regions: [], services: [] };
    await expect(readRun(folder, escaping)).rejects.toThrow(/runs\/<time>/);
  });
});
