import { mkdtempSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderDownloads } from '../../src/adapters/local/downloads.ts';
import { folderObjects } from '../../src/adapters/local/objects.ts';
import { folderJobs, type MakeReport } from '../../src/adapters/local/report-jobs.ts';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import { createApi } from '../../src/api/api.ts';
import type { Principal } from '../../src/api/principal.ts';
import type { ApiPorts } from '../../src/api/route.ts';
import { type Access, accessLog } from '../../src/app/access-log.ts';
import { pinPeriod } from '../../src/app/assess.ts';
import { collect } from '../../src/app/collect.ts';
import { define } from '../../src/app/define.ts';
import type { Store } from '../../src/app/store.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import type { AccessRecord, Role } from '../../src/model/access.ts';
import type { Framework } from '../../src/model/framework.ts';
import { reportKey } from '../../src/model/report-job.ts';
import { Statements } from '../../src/model/scope.ts';
import { ACCOUNT, catalogueOf, REGION, request, TASK } from '../app/demo.ts';
import { emptyDisk, storeOf } from '../app/store-of.ts';
import { VKEY } from '../ledger/helpers.ts';

export const ISSUER = 'https://issuer.example';
export const ASK = 'Plan for lost boxes, reviewed in the last twelve months';

/** The demo's framework with a question for people. */
export const CATALOGUE = await catalogueOf(['locked', 'young'], (text) =>
  text.replace(
    'why: it looks at every box }\n      - id: B1.2',
    `why: it looks at every box }\n          - manual: { ask: '${ASK}' }\n      - id: B1.2`,
  ),
);

export const OTHER = '444455556666';

/** Writes a small file and calls it a report: how one is made is another test's concern. */
const makeTiny =
  (folder: string): MakeReport =>
  async (job, tell) => {
    const report = 'boxes-2026-10-02';
    const names = ['pack.zip', 'report.pdf', 'evidence.csv'];
    await mkdir(join(folder, 'reports', job.id, report, 'data'), { recursive: true });
    for (const name of names) await writeFile(join(folder, reportKey({ id: job.id, report }, name)), `${name} of it`);
    tell({ report, files: names.map((name) => ({ name, bytes: name.length + 6, sha256: '0'.repeat(64) })) });
  };

/** An API over a store in a folder with two days of evidence of two accounts, assessed for the first. */
export async function world({ make }: { make?: MakeReport } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'wm-api-'));
  const index = sqliteIndex(join(folder, 'index.sqlite'));
  let seconds = 0;
  const clock = { now: () => new Date(Date.UTC(2026, 10, 1) + 1000 * seconds++).toISOString() };
  const store: Store = { ...storeOf(emptyDisk()), objects: folderObjects(folder), index, clock };
  await store.objects.create('trust/checkpoint.vkey', Buffer.from(`${VKEY}\n`));
  const boxes = { a: { locked: true }, '=cmd': { locked: false }, c: { locked: 'denied' as const } };
  for (const day of [1, 2]) await collect(store, request(day, { boxes }, { catalogue: CATALOGUE }));
  await collect(
    store,
    request(2, { boxes: { z: { locked: true } } }, { tasks: [{ ...TASK, account: OTHER }], catalogue: CATALOGUE }),
  );
  await collect(store, request(9, { boxes: { a: { locked: false } } }, { catalogue: CATALOGUE }));
  const framework = CATALOGUE.frameworks.get('boxes') as Framework;
  const asked = { regions: [REGION], statements: Statements.parse({}), coverageThreshold: 0.5 };
  const first = { ...asked, accounts: [ACCOUNT], from: '2026-10-01', to: '2026-10-02' };
  const second = { ...asked, accounts: [OTHER], from: '2026-10-01', to: '2026-10-02' };
  for (const it of [first, second])
    await pinPeriod(store, await define(store, { catalogue: CATALOGUE, framework }, it));
  const accesses = accessLog(store);
  const given: Access[] = [];
  const keeping = {
    ...accesses,
    record: async (access: Access) => {
      await accesses.record(access);
      given.push(access);
    },
  };
  const logged: Record<string, unknown>[] = [];
  const jobs = await folderJobs(folder, { clock: store.clock, make: make ?? makeTiny(folder) });
  let requests = 0;
  const ports: ApiPorts = {
    store,
    catalogue: CATALOGUE,
    accesses: keeping,
    authorise: (_request, env) => (env as { principal?: Principal }).principal,
    downloads: folderDownloads(folder),
    jobs,
    requestId: () => `00000000-0000-4000-8000-${String(requests++).padStart(12, '0')}`,
    log: (line) => logged.push(line),
  };
  const api = createApi(ports);
  const as = (role: Role | undefined, assessments: readonly string[] = []): Principal => ({
    person: { subject: `${role ?? 'nobody'}-1`, issuer: ISSUER, name: 'Robin Okafor' },
    roles: role ? [role] : [],
    assessments,
  });
  /** Asks as a role; as nobody where it is null. */
  const ask = (principal: Principal | null, path: string, init: RequestInit = {}) =>
    Promise.resolve(api.request(path, init, principal ? { principal } : {}));
  const post = (principal: Principal | null, path: string, body: unknown) =>
    ask(principal, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  /** What was recorded, from the ledger. */
  async function recorded(): Promise<AccessRecord[]> {
    await accesses.publish();
    return (await Array.fromAsync(index.bodies('access'))).map((it) => it.body);
  }
  const audit = () => auditLedger({ objects: folderObjects(folder), verifierKeys: [VKEY] });
  const ids = await assessmentIds();
  return { folder, store, ports, api, ask, post, as, given, recorded, audit, jobs, logged, ...ids };

  async function assessmentIds() {
    const answer = await ask(as('admin'), '/v1/assessments');
    const { items } = (await answer.json()) as { items: { id: string }[] };
    return { own: items[0]?.id ?? '', foreign: items[1]?.id ?? '' };
  }
}
