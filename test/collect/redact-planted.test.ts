import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { packFolder } from '../../src/adapters/local/pack-folder.ts';
import { readRecording, readRun, writeRun } from '../../src/adapters/local/recording.ts';
import { initStore, openStore } from '../../src/adapters/local/store.ts';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import { assessPeriod } from '../../src/app/assess.ts';
import { sourceDefinitions } from '../../src/app/catalogue.ts';
import { collect } from '../../src/app/collect.ts';
import { ingest } from '../../src/app/ingest.ts';
import { writePack } from '../../src/app/report.ts';
import type { Store } from '../../src/app/store.ts';
import type { Catalogue } from '../../src/catalog/catalogue.ts';
import { readTask } from '../../src/collect/read-task.ts';
import { redact } from '../../src/collect/redact.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { ACCOUNT, catalogueOf, cloudOf, on, REGION, request, service, TASK } from '../app/demo.ts';
import { FORMS, KINDS, type Plant, plants } from './planted/kinds.ts';
import { rngOf } from './planted/rng.ts';
import { finder, storedBytes } from './planted/search.ts';

const COUNT = 1_000;
const PLANTED = plants(COUNT, rngOf(20_261_122));
const find = finder(PLANTED.map((it) => it.secret));
const clock = fixedClock(on(9));
const folder = mkdtempSync(join(tmpdir(), 'wm-planted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Ten secrets to an answer, so that there are not more answers than it takes. */
const GROUPS = Array.from({ length: COUNT / 10 }, (_, at) => PLANTED.slice(at * 10, at * 10 + 10));
const answerOf = (group: readonly Plant[]): JsonObject =>
  Object.fromEntries(group.map(({ answer }, at) => [`Part${at}`, answer]));

/** Every box has an answer with secrets in it; every seventh call for one fails and says secrets in its message. */
function world(): Cloud {
  const boxes = Object.fromEntries(GROUPS.map((group, at) => [`box-${at}`, { locked: true, label: answerOf(group) }]));
  const cloud = cloudOf({ boxes });
  return {
    ...cloud,
    async call(asked) {
      const reply = await cloud.call(asked);
      const at = Number(String(asked.input.Name).slice(4));
      if (asked.operation !== 'GetLabel' || at % 7 !== 0) return reply;
      const secrets = (GROUPS[at] ?? []).filter(({ kind }) => Object.hasOwn(FORMS, kind)).map(({ secret }) => secret);
      const { answer: _, ...rest } = reply;
      const message = `cannot do ${secrets.slice(0, 5).join(' and ')}`;
      return { ...rest, error: { kind: 'rejected', name: 'Bad', message, status: 400 } };
    },
  };
}

const event = (group: readonly Plant[], at: number) => ({
  eventVersion: '1.08',
  eventID: `e${at}`,
  eventTime: '2026-10-02T08:00:00Z',
  eventName: 'ConsoleLogin',
  eventSource: 'signin.amazonaws.com',
  awsRegion: 'us-east-1',
  recipientAccountId: ACCOUNT,
  userIdentity: { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
  ...(at % 2 === 0 ? { requestParameters: lower(answerOf(group)) } : { responseElements: answerOf(group) }),
});

/** As CloudTrail writes the names of members. */
function lower(value: Json): Json {
  if (Array.isArray(value)) return value.map((it: Json) => lower(it));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as JsonObject).map(([key, item]): [string, Json] => {
    const isMember = /^[A-Z][A-Za-z]{1,30}$/.test(key);
    return [isMember ? `${key[0]?.toLowerCase()}${key.slice(1)}` : key, lower(item)];
  });
  return Object.fromEntries(entries);
}

describe(`${COUNT} secrets of ${KINDS.length} kinds, recorded, collected, ingested and reported`, () => {
  let store: Store;
  beforeAll(async () => {
    const home = join(folder, 'store');
    await initStore(home, { organisation: 'Acme', clock });
    store = await openStore(home, { clock, software: 'test 1' });
    await runAll(store);
  }, 120_000);

  it('are at least 40 kinds', () => expect(KINDS.length).toBeGreaterThanOrEqual(40));

  it('are in the answers, as this search finds them', () => {
    const raw = new Set(find(Buffer.from(PLANTED.map(({ answer }) => JSON.stringify(answer)).join('\n'))));
    expect(raw.size).toBeGreaterThanOrEqual(COUNT * 0.9);
  });

  it('stand in no stored byte', () => {
    const leaks = new Map<string, string>();
    let [files, bytes] = [0, 0];
    for (const stored of storedBytes(folder)) {
      files += 1;
      bytes += stored.bytes.length;
      for (const leak of find(stored.bytes)) leaks.set(leak, stored.name);
    }
    console.log(
      `planted ${COUNT} secrets of ${KINDS.length} kinds; ${files} files, ${bytes} bytes searched: ${leaks.size} found`,
    );
    expect(bytes).toBeGreaterThan(1_000_000);
    expect([...leaks].slice(0, 10)).toEqual([]);
  });

  it('are each in the list of what was taken out', () => {
    const silent = PLANTED.filter(({ answer }) => redact(answer, { secret: 'x' }).redactions.length === 0);
    expect(silent).toEqual([]);
  });
});

async function runAll(store: Store): Promise<void> {
  const catalogue = await catalogueOf(['locked', 'young', 'labelled']);
  const recording = join(folder, 'recording');
  const tasks = [TASK];
  const { retrievals: made } = await readTask({
    service,
    cloud: world(),
    task: TASK,
    at: on(1),
    redact: { secret: 'salt' },
  });
  await writeRun({ folder: recording, at: on(1), tasks, retrievals: made });
  const { runs } = await readRecording(recording);
  for (const run of runs) {
    const { retrievals } = await readRun(recording, run);
    await collect(store, request(1, { boxes: {} }, { cloud: replayCloud(retrievals), catalogue }));
  }
  await collect(store, request(2, { boxes: {} }, { cloud: world(), catalogue }));
  const bytes = gzipSync(JSON.stringify({ Records: GROUPS.map(event) }));
  async function* files() {
    yield { name: 'trail.json.gz', bytes };
  }
  const { matched } = await ingest(store, { files: files(), catalogue, at: on(3) });
  if (matched !== GROUPS.length) throw new Error(`only ${matched} events were matched`);
  await report(store, catalogue);
}

async function report(store: Store, catalogue: Catalogue): Promise<void> {
  const framework = catalogue.frameworks.get('boxes');
  if (framework === undefined) throw new Error('no framework');
  const assessed = await assessPeriod(store, {
    framework,
    definitions: sourceDefinitions(catalogue, framework),
    scope: { accounts: [ACCOUNT], regions: [REGION] },
    period: { from: '2026-10-01', to: '2026-10-03' },
    statements: { entity: [], exceptions: [], attestations: [], not_applicable: [], reviews: [], sign_off: [] },
    coverageThreshold: 0.95,
  });
  const sink = await packFolder(join(folder, 'pack'));
  await writePack(store, assessed, sink);
  await sink.done();
}
