import { beforeAll, describe, expect, it } from 'vitest';
import { storeObjects } from '../../src/adapters/aws/store/store.ts';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import { newestHealth } from '../../src/app/health/measure.ts';
import { indexOf, invoke, makeStore, outputs, runMachine, stepsOf } from './stack.ts';

beforeAll(async () => {
  await makeStore();
  stepsOf(await runMachine({}));
  // What others have sealed since is under no checkpoint yet, and an audit says so.
  expect(await invoke('update-index', {})).toMatchObject({ ok: true, more: false });
});

// One after another: each under the role of its function, which may no more than `needs` says.
describe('health and audits of the deployed stack', () => {
  it('audits everything, and seals the result', async () => {
    expect(await invoke('audit', {})).toMatchObject({ ok: true, findings: [], notSealed: null });
  });

  it('audits what is new, from where the ledger proves the last audit', async () => {
    expect(await invoke('audit', { covers: 'new' })).toMatchObject({ ok: true, findings: [], notSealed: null });
    const audits = await Array.fromAsync((await indexOf()).bodies('audit'));
    expect(audits.map((it) => it.body.covered)).toEqual(expect.arrayContaining(['whole', 'log_and_new']));
  });

  it('measures every indicator, and keeps the result where the API finds it', async () => {
    const measured = await invoke('health', {});
    expect(measured.errorMessage).toBeUndefined();
    const { StoreAddress: address = '' } = await outputs();
    const health = await newestHealth({ objects: storeObjects(parseStoreLocation(address)) });
    expect(health?.at).toBe(measured.at);
    const states = Object.fromEntries(health?.slis.map((it) => [it.id, it.state]) ?? []);
    // The emulator's bucket has no Object Lock: that does not pass for good.
    expect(states, JSON.stringify(health?.slis)).toMatchObject({
      ...{ M5: 'met', M6: 'missed', M7: 'met', M8: 'met', M9: 'met', M10: 'met' },
    });
    // The emulator answers some calls not as AWS does, and not quickly.
    for (const id of ['M2', 'M3', 'M4']) expect(['met', 'missed']).toContain(states[id]);
    // Where nothing was watched before this file, nobody can say.
    expect(['met', 'unknown']).toContain(states.M1);
  });

  it('answers that a mistaken event is refused, by name', async () => {
    expect((await invoke('audit', { covers: 'nothing' })).errorMessage).toContain('covers');
  });
});
