import { beforeEach, describe, expect, it } from 'vitest';
import type { JobRequest, Jobs } from '../../src/ports/jobs.ts';

/** Jobs of a new store of which no worker ever says anything, and the same once more, as another process opens them. */
export interface JobsUnderTest {
  open(): Promise<Jobs>;
  reopen(): Promise<Jobs>;
}

export const ASKED: JobRequest = {
  assessment: 'soc2-2026-10-31-0123456789ab',
  version: 7,
  paper: 'Letter',
  timeZone: 'Europe/Berlin',
  by: { subject: 'robin', issuer: 'https://issuer.example', name: 'Robin Okafor' },
};

/** What every port of jobs promises; run against each adapter. */
export function jobsSuite(name: string, under: JobsUnderTest): void {
  describe(`${name}: jobs`, () => {
    let jobs: Jobs;
    beforeEach(async () => {
      jobs = await under.open();
    });

    it('remembers what was asked, and by whom', async () => {
      const { by: requestedBy, ...asked } = ASKED;
      const job = await jobs.request(ASKED);
      expect(job).toMatchObject({ ...asked, requestedBy, status: expect.stringMatching(/^(queued|running)$/) });
      expect(await jobs.get(job.id)).toMatchObject({ id: job.id, ...asked, requestedBy });
      expect(await (await under.reopen()).get(job.id)).toMatchObject({ id: job.id, ...asked, requestedBy });
    });

    it.each(['', 'open.json', '..', '0', '00000000-0000-4000-8000-000000000000'])('knows no job %j', async (id) => {
      expect(await jobs.get(id)).toBeUndefined();
    });

    it('lists them oldest first, and goes on at a place', async () => {
      expect(await Array.fromAsync(jobs.list())).toEqual([]);
      const ids: string[] = [];
      for (let at = 0; at < 5; at += 1) ids.push((await jobs.request({ ...ASKED, version: at })).id);
      const listed = await Array.fromAsync(jobs.list());
      expect(listed.map(({ place, job }) => [place, job.id])).toEqual(ids.map((id, at) => [at, id]));
      const later = await Array.fromAsync((await under.reopen()).list(3));
      expect(later.map(({ place, job }) => [place, job.id, job.version])).toEqual([
        [3, ids[3], 3],
        [4, ids[4], 4],
      ]);
    });

    it('lets in as many as may wait, also where all ask at once', async () => {
      const asked = await Promise.allSettled(Array.from({ length: 23 }, () => jobs.request(ASKED)));
      const refused = asked.filter((it) => it.status === 'rejected');
      expect(refused.map((it) => it.reason.code)).toEqual(Array(3).fill('jobs-too-many'));
      expect(await Array.fromAsync(jobs.list())).toHaveLength(20);
    });
  });
}
