import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectJobs } from '../../src/adapters/aws/reports/report-jobs.ts';
import { timeOfUuid, uuidsByTime } from '../../src/adapters/aws/reports/uuid-by-time.ts';
import { ASKED } from '../ports/jobs.suite.ts';
import { memoryJobs } from './report-jobs.ts';

let now = 0;
const clock = { now: () => new Date(Date.UTC(2026, 10, 1) + now).toISOString() };
const MINUTE = 60_000;
let files: Map<string, Uint8Array>;
let jobs: ObjectJobs;
let started: string[];
beforeEach(() => {
  now = 0;
  ({ jobs, files, started } = memoryJobs({ clock }));
});
const refused = (code: string) => expect.objectContaining({ code });
const requested = async () => (await jobs.request(ASKED)).id;

describe('a turn at a report', () => {
  it('is that of one worker, of those that are told the same', async () => {
    const job = await requested();
    expect(started).toEqual([`${job} 1`]);
    const taken = await Promise.allSettled([1, 2, 3].map((at) => jobs.take({ job, part: 1 }, `worker-${at}`)));
    expect(taken.map((it) => it.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(jobs.take({ job, part: 1 }, 'worker-4')).rejects.toThrow(refused('report-held'));
    await expect(jobs.take({ job, part: 2 }, 'worker-4')).rejects.toThrow(refused('report-part-passed'));
    const other = job.replace(/.$/, (it) => (it === '0' ? '1' : '0'));
    await expect(jobs.take({ job: other, part: 1 }, 'worker-4')).rejects.toThrow(refused('report-unknown'));
  });

  it('tells what happens, and ends with the files', async () => {
    const job = await requested();
    const turn = await jobs.take({ job, part: 1 }, 'a');
    turn.tell({ stage: 'writing', written: 7 });
    await turn.keepUp();
    expect(await jobs.get(job)).toMatchObject({ status: 'running', stage: 'writing', written: 7, part: 1 });
    const done = { report: 'r', files: [{ name: 'pack.zip', bytes: 1, sha256: '0'.repeat(64) }] };
    now = MINUTE;
    await turn.succeed(done);
    expect(await jobs.get(job)).toMatchObject({ status: 'succeeded', ...done, startedAt: expect.any(String) });
    expect((await jobs.get(job))?.endedAt).toBe(clock.now());
    await expect(jobs.take({ job, part: 1 }, 'b')).rejects.toThrow(refused('report-ended'));
  });

  it('ends with the reason where the report cannot be made', async () => {
    const job = await requested();
    await (await jobs.take({ job, part: 1 }, 'a')).fail(new RangeError('x'.repeat(5000)));
    expect(await jobs.get(job)).toMatchObject({ status: 'failed', error: { code: 'unexpected' } });
    expect((await jobs.get(job))?.error?.message).toHaveLength(1000);
  });

  it('is kept as long as its worker says that it lives', async () => {
    const job = await requested();
    const turn = await jobs.take({ job, part: 1 }, 'a');
    for (; now < 20 * MINUTE; now += MINUTE) await turn.keepUp();
    expect(await jobs.get(job)).toMatchObject({ status: 'running', part: 1 });
    expect(started).toHaveLength(1);
  });

  it('is handed over to a worker that goes on, while the one before is not heard any more', async () => {
    const job = await requested();
    const turn = await jobs.take({ job, part: 1 }, 'a');
    turn.tell({ written: 10 });
    expect(await turn.handOver()).toMatchObject({ status: 'queued', part: 2, written: 10 });
    expect(started).toEqual([`${job} 1`, `${job} 2`]);
    await expect(turn.keepUp()).rejects.toThrow(refused('report-lease-lost'));
    expect(turn.check).toThrow(refused('report-lease-lost'));
    await expect(jobs.take({ job, part: 1 }, 'a')).rejects.toThrow(refused('report-part-passed'));
    const second = await jobs.take({ job, part: 2 }, 'b');
    expect(second.job).toMatchObject({ status: 'running', part: 2, written: 10 });
  });

  it('fails the job where it has stored nothing, and where there were too many', async () => {
    const job = await requested();
    let turn = await jobs.take({ job, part: 1 }, 'a');
    turn.tell({ written: 10 });
    await turn.handOver();
    turn = await jobs.take({ job, part: 2 }, 'b');
    expect(await turn.handOver()).toMatchObject({ status: 'failed', error: { code: 'report-no-progress' } });

    const long = await requested();
    for (let part = 1; part <= 24; part += 1) {
      const it = await jobs.take({ job: long, part }, 'a');
      it.tell({ written: part });
      await it.handOver();
    }
    expect(await jobs.get(long)).toMatchObject({ status: 'failed', error: { code: 'report-too-many-parts' } });
  });
});

describe('a report whose worker is not heard of', () => {
  it('is begun by another one, once anybody asks for it', async () => {
    const job = await requested();
    const dead = await jobs.take({ job, part: 1 }, 'a');
    now = 2 * MINUTE;
    expect(await jobs.get(job)).toMatchObject({ status: 'queued', part: 2 });
    expect(started).toEqual([`${job} 1`, `${job} 2`]);
    await jobs.take({ job, part: 2 }, 'b');
    // It was only slow.
    await expect(dead.keepUp()).rejects.toThrow(refused('report-lease-lost'));
    await expect(dead.succeed({})).rejects.toThrow(refused('report-lease-lost'));
    expect(await jobs.get(job)).toMatchObject({ status: 'running', part: 2 });
  });

  it('is begun again by the same call, where Lambda tries it again', async () => {
    const job = await requested();
    await jobs.take({ job, part: 1 }, 'a');
    now = 2 * MINUTE;
    const again = await jobs.take({ job, part: 1 }, 'b');
    expect(again.job).toMatchObject({ status: 'running', part: 1 });
  });

  it('is interrupted, and says why, once that did not help', async () => {
    const job = await requested();
    const seen = new Set<string>();
    for (; now < 60 * MINUTE; now += MINUTE) {
      const { status, part = 0 } = (await jobs.get(job)) ?? {};
      seen.add(`${status} ${part}`);
      if (status === 'queued' && part % 2 === 0) await jobs.take({ job, part }, 'a');
    }
    const waiting = ['queued 1', 'queued 2', 'queued 3', 'queued 4'];
    expect([...seen].sort()).toEqual(['interrupted 4', ...waiting, 'running 2', 'running 4']);
    expect(await jobs.get(job)).toMatchObject({ error: { code: 'report-worker-died' }, endedAt: expect.any(String) });
    expect(started).toHaveLength(4);
  });

  it('leaves its place to others once it is over', async () => {
    for (let at = 0; at < 20; at += 1) await requested();
    await expect(requested()).rejects.toThrow(refused('jobs-too-many'));
    for (; now < 60 * MINUTE; now += MINUTE) for await (const _ of jobs.list());
    await requested();
    expect(await Array.fromAsync(jobs.list())).toHaveLength(21);
  });

  it('fails where no worker can be started', async () => {
    const failing = memoryJobs({ clock, files, start: async () => Promise.reject(new RangeError('no function')) });
    const job = await failing.jobs.request(ASKED);
    expect(job).toMatchObject({ status: 'failed', error: { code: 'report-not-started' } });
    expect(job.error?.message).toContain('no function');
    expect(await jobs.get(job.id)).toEqual(job);
  });

  it('is said to be unreadable where its object is', async () => {
    const job = await requested();
    files.set(`reports/${job}/job.json`, Buffer.from('{"job":{}}'));
    await expect(jobs.get(job)).rejects.toThrow(refused('report-job-invalid'));
  });

  it('takes no place where it was never written', async () => {
    files.set('state/open-reports.json', Buffer.from(JSON.stringify(Array.from({ length: 20 }, newId))));
    await expect(requested()).rejects.toThrow(refused('jobs-too-many'));
    now = 10 * MINUTE;
    await requested();
  });
});

const newId = () => uuidsByTime(() => Buffer.alloc(8, 7))(clock.now());

describe('ids by time', () => {
  it('are UUIDs of version 7 in the order of time, and of making', () => {
    const next = uuidsByTime((bytes) => Buffer.alloc(bytes, 0xff));
    const at = ['2026-11-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z', '2026-11-01T00:00:00.001Z'];
    const ids = at.map(next);
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(3);
    // The time of the example in RFC 9562, A.6.
    expect(next('2022-02-22T19:22:22.000Z')).toBe('017f22e2-79b0-7000-bfff-ffffffffffff');
    expect(timeOfUuid('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toBe(Date.parse('2022-02-22T19:22:22.000Z'));
  });
});
