import { describe, expect, it } from 'vitest';
import { assessPeriod } from '../../src/app/assess.ts';
import { sourceDefinitions } from '../../src/app/catalogue.ts';
import { collect } from '../../src/app/collect.ts';
import type { Definition } from '../../src/app/pin.ts';
import { writePack } from '../../src/app/report.ts';
import type { Store } from '../../src/app/store.ts';
import type { Framework } from '../../src/model/framework.ts';
import { memorySink } from '../../src/pack/sink.ts';
import { documentKeys } from '../pack/keys.ts';
import { failedSteps, verified } from '../pack/pack.ts';
import { ACCOUNT, CATALOGUE, REGION, request } from './demo.ts';
import { emptyDisk, storeOf } from './store-of.ts';

const { document, rootPem, signingPem } = await documentKeys();
const framework = CATALOGUE.frameworks.get('boxes') as Framework;

const definition = (to: string, given: Partial<Definition> = {}): Definition => ({
  framework,
  definitions: sourceDefinitions(CATALOGUE, framework),
  scope: { accounts: [ACCOUNT], regions: [REGION] },
  period: { from: '2026-10-01', to },
  statements: { entity: [], exceptions: [], attestations: [], not_applicable: [], reviews: [], sign_off: [] },
  coverageThreshold: 0.95,
  ...given,
});

async function twoDays(): Promise<Store> {
  const store = { ...storeOf(emptyDisk()), documentSigner: document, certificates: { rootPem, signingPem } };
  await collect(store, request(1, { boxes: { a: { locked: true }, b: { locked: true } } }));
  await pack(store, definition('2026-10-01'));
  await collect(store, request(2, { boxes: { a: { locked: false }, b: { locked: true } } }));
  return store;
}

async function pack(store: Store, asked: Definition) {
  const sink = memorySink();
  const { report } = await writePack(store, await assessPeriod(store, asked), sink);
  return { report, files: sink.files };
}

describe('a second report', () => {
  it('says what changed since the first, from the ledger, and its pack proves it', async () => {
    const store = await twoDays();
    const { report, files } = await pack(store, definition('2026-10-02'));
    const [first] = report.controls;
    expect(report.previous).toMatchObject({
      id: 'boxes-2026-10-01',
      period: { from: '2026-10-01', to: '2026-10-01' },
      exceptions: [],
    });
    expect(report.previous?.controls[0]).toMatchObject({
      control: first?.id,
      before: { verdict: 'met', failing: 0 },
      after: { verdict: 'not_met', failing: 1 },
    });
    const result = await verified(files);
    expect(failedSteps(result)).toEqual([]);
  });

  it('compares itself with the same one when it is made again after others were made', async () => {
    const store = await twoDays();
    const { report } = await pack(store, definition('2026-10-02'));
    await pack(store, definition('2026-10-01'));
    expect((await pack(store, definition('2026-10-02'))).report).toEqual(report);
  });

  it('does not compare itself with a report of another scope', async () => {
    const store = await twoDays();
    const scope = { accounts: [ACCOUNT], regions: [REGION, 'us-east-1'] };
    expect((await pack(store, definition('2026-10-02', { scope }))).report.previous).toBeNull();
  });
});

describe('the samples of a report', () => {
  it('name the recorded calls that each subject was derived from', async () => {
    const store = await twoDays();
    const { report } = await pack(store, definition('2026-10-02'));
    const items = report.samples.flatMap((it) => it.items);
    expect(items.length).toBeGreaterThan(0);
    for (const item of items) {
      expect(item.calls.length).toBeGreaterThan(0);
      for (const call of item.calls) {
        expect(call).toMatchObject({
          operation: expect.stringMatching(/^demo:/),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        });
      }
    }
  });

  it('are refused where the index says something else than the ledger', async () => {
    const store = await twoDays();
    const index = { ...store.index, evidenceAt: async () => undefined };
    await expect(assessPeriod({ ...store, index }, definition('2026-10-02'))).rejects.toMatchObject({
      code: 'index-damaged',
    });
  });
});
