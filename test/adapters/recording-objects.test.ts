import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRunObjects } from '../../src/adapters/aws/recording-objects.ts';
import { readRecording, readRun, writeRun } from '../../src/adapters/local/recording.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { withRun } from '../../src/adapters/recording-format.ts';
import { readTask } from '../../src/collect/read-task.ts';
import { loadService } from '../../src/collect/services.ts';
import { account, at, ok, tableCloud } from '../collect/table-cloud.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'witnessmark-recording-objects-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const task = { account, region: 'eu-west-1', service: 'kms' };
async function run(time = at, keys: string[] = []) {
  const cloud = tableCloud({ 'kms:ListKeys': ok({ Keys: keys.map((KeyId) => ({ KeyId })), Truncated: false }) });
  const { retrievals } = await readTask({
    service: await loadService('kms'),
    cloud,
    task,
    at: time,
    redact: { secret: 's' },
  });
  return { at: time, tasks: [task], retrievals };
}
const day = (n: number) => `2026-10-0${n}T02:00:00.000Z`;

/** What `aws s3 sync` does. */
async function sync(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [key, bytes] of files) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), bytes);
  }
}

describe('a recording in an object store', () => {
  it('has the bytes of the same recording in a folder', async () => {
    const objects = memoryObjects();
    for (const n of [1, 2]) {
      await writeRunObjects(objects, await run(day(n)));
      await writeRun({ folder, ...(await run(day(n))) });
    }
    expect([...objects.files.keys()].sort()).toEqual([
      'recording.json',
      'runs/2026-10-01T02-00-00.000Z.jsonl.gz',
      'runs/2026-10-02T02-00-00.000Z.jsonl.gz',
    ]);
    for (const [key, bytes] of objects.files) {
      expect(Buffer.compare(bytes, await readFile(join(folder, key)))).toBe(0);
    }
  });

  it('is read from a folder once it was copied there', async () => {
    const objects = memoryObjects();
    const written = await writeRunObjects(objects, await run());
    await sync(objects.files);
    expect((await readRecording(folder)).runs).toEqual([written]);
    expect(await readRun(folder, written)).toEqual(await run());
  });

  it('keeps the runs of writers at the same time, whoever comes first', async () => {
    const objects = memoryObjects();
    await Promise.all([3, 1, 4, 2].map(async (n) => writeRunObjects(objects, await run(day(n)))));
    await sync(objects.files);
    expect((await readRecording(folder)).runs.map((it) => it.at)).toEqual([1, 2, 3, 4].map(day));
  });

  it('has a run once that was written twice', async () => {
    const objects = memoryObjects();
    await writeRunObjects(objects, await run());
    const before = new Map(objects.files);
    await writeRunObjects(objects, await run());
    expect(objects.files).toEqual(before);
  });

  it('never replaces a run by another one of the same time', async () => {
    const objects = memoryObjects();
    await writeRunObjects(objects, await run());
    const before = new Map(objects.files);
    const other = await run(at, ['11111111-2222-3333-4444-555555555555']);
    await expect(writeRunObjects(objects, other)).rejects.toMatchObject({ code: 'recording-run-exists' });
    expect(objects.files).toEqual(before);
  });

  it('can be written again after any call that failed, before or after it took effect', async () => {
    for (const fault of ['fail', 'fail-after'] as const) {
      for (let failing = 0; failing < 3; failing += 1) {
        let nth = 0;
        const objects = memoryObjects({
          fault: () => {
            nth += 1;
            return nth - 1 === failing ? fault : 'ok';
          },
        });
        await expect(writeRunObjects(objects, await run())).rejects.toMatchObject({ code: 'objects-unavailable' });
        const written = await writeRunObjects(objects, await run());
        await sync(objects.files);
        expect((await readRecording(folder)).runs).toEqual([written]);
      }
    }
  });

  it('says so when others never let it have the list', async () => {
    const inner = memoryObjects();
    const objects = { ...inner, replace: async () => 'conflict' as const };
    await expect(writeRunObjects(objects, await run())).rejects.toMatchObject({ code: 'recording-busy' });
  });

  it.each(['not json', '{"v":2}', '{"v":1,"description":"","runs":[{"at":"yesterday"}]}'])(
    'leaves a list alone that it cannot read: %s',
    async (text) => {
      const objects = memoryObjects({ files: new Map([['recording.json', Buffer.from(text)]]) });
      await expect(writeRunObjects(objects, await run())).rejects.toMatchObject({ code: 'recording-unreadable' });
      expect(Buffer.from(objects.files.get('recording.json') ?? []).toString()).toBe(text);
    },
  );

  it('does not grow beyond what is read', async () => {
    const listed = { file: 'runs/x.jsonl.gz', accounts: [], regions: [], services: [] };
    const runs = Array.from({ length: 10_000 }, (_, n) => ({ ...listed, at: new Date(n).toISOString() }));
    const full = { v: 1 as const, description: '', runs };
    expect(() => withRun(full, { ...listed, at })).toThrow(expect.objectContaining({ code: 'recording-full' }));
    expect(withRun(full, { ...listed, at: new Date(5).toISOString() }).runs).toHaveLength(10_000);
  });
});
