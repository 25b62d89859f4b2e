import { describe, expect, it } from 'vitest';
import { seal } from '../../src/app/seal.ts';
import type { Store } from '../../src/app/store.ts';
import { stamperOf, stampNewest } from '../../src/app/timestamps.ts';
import { sealTrust, sealTrustFile } from '../../src/app/trust.ts';
import { responseOf } from '../../src/pack/timestamp/response.ts';
import type { TimestampReply } from '../../src/ports/timestamp.ts';
import { IMPRINT, pemOf, tokenOf } from '../pack/timestamp/tokens.ts';
import { auditOf, emptyDisk, storeOf } from './store-of.ts';

const KEY = `timestamps/${IMPRINT.toString('hex')}.tsr`;
const GOOD: TimestampReply = { token: tokenOf('good') };
const FAILED: TimestampReply = { failure: { code: 'timestamp-timeout', message: 'no answer' } };

/** A store whose authority gives these answers, one after the other, and how often it was asked. */
function stamping(...replies: readonly TimestampReply[]) {
  const disk = emptyDisk();
  let asked = 0;
  const stamp = async (): Promise<TimestampReply> => replies[asked++] ?? FAILED;
  const store: Store = { ...storeOf(disk), timestamps: { authority: { stamp }, rootsPem: pemOf('root') } };
  return { disk, store, asked: () => asked };
}

const trustFile = (text: string, path = 'trust/root.pem') => ({ path, bytes: Buffer.from(text) });

describe('a stamper', () => {
  it('is not there where the store has no authority', async () => {
    expect(stamperOf(storeOf())).toBeUndefined();
    expect(await stampNewest(storeOf())).toEqual({});
  });

  it('keeps a token by what it is over, and asks for each once', async () => {
    const { disk, store, asked } = stamping(GOOD);
    expect(await stamperOf(store)?.stamp(IMPRINT)).toEqual(tokenOf('good'));
    expect(Buffer.from(disk.objects.get(KEY) ?? []).equals(responseOf(tokenOf('good')))).toBe(true);
    const again = await stamperOf(store)?.stamp(IMPRINT);
    expect(Buffer.from(again ?? []).equals(tokenOf('good'))).toBe(true);
    expect(asked()).toBe(1);
  });

  it('asks no more after a failure, and again in the next run', async () => {
    const { disk, store, asked } = stamping(FAILED, GOOD);
    const stamper = stamperOf(store);
    expect(await stamper?.stamp(IMPRINT)).toBeUndefined();
    expect(await stamper?.stamp(IMPRINT)).toBeUndefined();
    expect(stamper?.failure()).toEqual({ code: 'timestamp-timeout', message: 'no answer' });
    expect([asked(), disk.objects.has(KEY)]).toEqual([1, false]);
    expect(await stamperOf(store)?.stamp(IMPRINT)).toBeDefined();
  });

  it('uses no kept token that does not hold, and says which', async () => {
    const { disk, store, asked } = stamping(GOOD);
    disk.objects.set(KEY, responseOf(tokenOf('other')));
    const stamper = stamperOf(store);
    expect(await stamper?.stamp(IMPRINT)).toBeUndefined();
    expect(stamper?.failure()).toMatchObject({ code: 'timestamp-imprint', message: expect.stringContaining(KEY) });
    expect(asked()).toBe(0);
  });

  it('tells a failed timestamp of a checkpoint, which stays sealed', async () => {
    const { disk, store } = stamping(FAILED);
    expect(await stampNewest(store)).toEqual({});
    await sealTrust(store, [trustFile('root')]);
    const { timestamp } = await stampNewest(store);
    expect(timestamp).toEqual({
      object: 'checkpoints/0000000000000001.tsr',
      state: 'failed',
      failure: { code: 'timestamp-timeout', message: 'no answer' },
    });
    expect(await seal(store, [])).toMatchObject({ size: 1 });
    expect([...disk.objects.keys()].filter((it) => it.endsWith('.tsr'))).toEqual([]);
  });
});

describe('the audit', () => {
  it('passes over no timestamp: without certificates each is a warning', async () => {
    const { disk, store } = stamping(GOOD);
    await sealTrust(store, [trustFile('root')]);
    await stamperOf(store)?.stamp(IMPRINT);
    const { findings, counts } = await auditOf(disk);
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'ledger-timestamp-unchecked', severity: 'warning' }),
    );
    expect(counts.timestamps).toBe(1);
  });
});

describe('sealing one more file of trust/', () => {
  const tsa = (text: string) => trustFile(text, 'trust/tsa.pem');

  it('keeps what was sealed before, and seals nothing twice', async () => {
    const store = storeOf();
    await sealTrust(store, [trustFile('root')]);
    await sealTrustFile(store, tsa('one'), undefined);
    await sealTrustFile(store, tsa('one'), Buffer.from('one'));
    await sealTrustFile(store, tsa('one two'), Buffer.from('one'));
    const records = await Array.fromAsync(store.index.bodies('trust'));
    expect(records.map(({ body }) => body.files.map((it) => it.path))).toEqual([
      ['trust/root.pem'],
      ['trust/root.pem', 'trust/tsa.pem'],
      ['trust/root.pem', 'trust/tsa.pem'],
    ]);
    expect(new Set(records.map(({ body }) => body.files.at(-1)?.sha256)).size).toBe(3);
  });

  it('refuses to take over a file that nobody has sealed', async () => {
    const store = storeOf();
    await expect(sealTrustFile(store, tsa('one'), undefined)).rejects.toMatchObject({ code: 'trust-unsealed' });
    await sealTrust(store, [trustFile('root')]);
    const swapped = sealTrustFile(store, tsa('swapped one'), Buffer.from('swapped'));
    await expect(swapped).rejects.toMatchObject({ code: 'trust-altered' });
  });
});
