import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderWorker } from '../../src/adapters/local/render-worker.ts';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import { type Assessed, assessPeriod } from '../../src/app/assess.ts';
import { sourceDefinitions } from '../../src/app/catalogue.ts';
import { collect } from '../../src/app/collect.ts';
import { type Renderings, renderings } from '../../src/app/renderings.ts';
import { writePack } from '../../src/app/report.ts';
import type { Store } from '../../src/app/store.ts';
import type { Framework } from '../../src/model/framework.ts';
import { collect as bytesOf, memorySink } from '../../src/pack/sink.ts';
import { ACCOUNT, CATALOGUE, REGION, request } from '../app/demo.ts';
import { emptyDisk, storeOf } from '../app/store-of.ts';
import { documentKeys } from '../pack/keys.ts';

const VIEW = { paper: 'A4', reserve: 8192 } as const;
const ALWAYS = { from: 0, to: Number.POSITIVE_INFINITY };
const { document, rootPem, signingPem } = await documentKeys();
const framework = CATALOGUE.frameworks.get('boxes') as Framework;

let folder: string;
let store: Store;
let assessed: Assessed;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'render-worker-'));
  const index = sqliteIndex(join(folder, 'index.sqlite'));
  store = { ...storeOf(emptyDisk(), { index }), documentSigner: document, certificates: { rootPem, signingPem } };
  await collect(store, request(1, { boxes: { a: { locked: true }, b: { locked: false } } }));
  assessed = await assessPeriod(store, {
    framework,
    definitions: sourceDefinitions(CATALOGUE, framework),
    scope: { accounts: [ACCOUNT], regions: [REGION] },
    period: { from: '2026-10-01', to: '2026-10-01' },
    statements: { entity: [], exceptions: [], attestations: [], not_applicable: [], reviews: [], sign_off: [] },
    coverageThreshold: 0.95,
  });
});

afterAll(async () => {
  await store.index.close();
  await rm(folder, { recursive: true, force: true });
});

const beside = (path = join(folder, 'index.sqlite')): Renderings =>
  renderWorker(path, ALWAYS)(assessed.report, assessed, VIEW) as Renderings;

async function filesOf({ formats, pdf }: Renderings): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const { path, content } of [...formats, { path: 'report.pdf', content: pdf }])
    files.set(path, Buffer.from(await bytesOf(content)).toString('latin1'));
  return files;
}

describe('rendering in a thread of its own', () => {
  it('gives the bytes that rendering here gives', async () => {
    const there = beside();
    const here = await filesOf(renderings(assessed.report, assessed.evidence, VIEW));
    expect(await filesOf(there)).toEqual(here);
    await there.close?.();
  });

  it('is not worth it for a small report', () => {
    expect(renderWorker(join(folder, 'index.sqlite'))(assessed.report, assessed, VIEW)).toBeUndefined();
  });

  it('tells what went wrong there, with its code', async () => {
    const there = beside(join(folder, 'none', 'index.sqlite'));
    await expect(filesOf(there)).rejects.toEqual(expect.objectContaining({ code: 'disk-denied' }));
    await there.close?.();
  });

  it('stops where the reader does, in the middle of a file or before the first', async () => {
    const [read, unread] = [beside(), beside()];
    for await (const _chunk of read.formats[0]?.content as AsyncIterable<Uint8Array>) break;
    await Promise.all([read.close?.(), unread.close?.()]);
    await expect(filesOf(unread)).rejects.toEqual(expect.objectContaining({ code: 'report-thread-ended' }));
  });

  it.each(['data/controls.csv', 'data/report.pdf', 'data/evidence/bodies.jsonl'])(
    'ends with the pack when %s cannot be written',
    async (path) => {
      const sink = memorySink();
      const failing = {
        put: (to: string, content: Parameters<typeof sink.put>[1]) =>
          to === path ? Promise.reject(new Error(`no ${path}`)) : sink.put(to, content),
      };
      const renderer = renderWorker(join(folder, 'index.sqlite'), ALWAYS);
      await expect(writePack({ ...store, renderer }, assessed, failing)).rejects.toThrow(`no ${path}`);
    },
  );
});
