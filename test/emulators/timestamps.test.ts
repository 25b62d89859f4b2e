import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bundle, bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity } from '@sigstore/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerifyResult } from '../../src/pack/verify/types.ts';
import { verapdf3a, verapdfUa1 } from './judges/verapdf.ts';
import { readmeSteps } from './support/readme.ts';
import { run, saidBy, scratch, TOOLS, witnessmark, witnessmarkJson } from './support/run.ts';
import { filesBelow, firstRuns, type SmallStore, smallStore } from './support/small-store.ts';
import { opensslTsa, type Tsa } from './support/tsa.ts';

let folder: string;
let tsa: Tsa;
let other: Tsa;
let made: SmallStore;
let pack: string;
const path = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await scratch('timestamps');
  [tsa, other] = [await opensslTsa(path('tsa')), await opensslTsa(path('other'), 'Other TSA')];
  made = await smallStore(folder);
  const set = ['init', '--store', made.store, '--timestamp', tsa.url, '--timestamp-ca', tsa.root];
  expect(await witnessmarkJson(set)).toMatchObject([{ authority: tsa.url, timestamp: { state: 'stamped' } }]);
  pack = path('stamped');
  await report(pack);
}, 300_000);

afterAll(async () => {
  await Promise.all([tsa.close(), other.close()]);
  await rm(folder, { recursive: true, force: true });
});

const report = async (out: string) => {
  const args = ['report', '--store', made.store, '--framework', made.framework, '--out', out];
  const [told] = await witnessmarkJson<Record<string, unknown>>(args, { expected: [0, 1, 3] });
  return told;
};

async function verify(of: string, ...more: string[]): Promise<VerifyResult> {
  const [result] = await witnessmarkJson<VerifyResult>(['verify', of, ...more], { expected: [0, 1] });
  if (result === undefined) throw new Error('verify said nothing');
  return result;
}
const stepOf = (result: VerifyResult) => result.steps.find((it) => it.code === 'timestamps');
const failed = (result: VerifyResult) => result.steps.filter((it) => !it.ok).map((it) => it.code);

/** A copy of the pack with one file written again. */
async function packWith(name: string, file: string, change: (bytes: Buffer) => Uint8Array): Promise<string> {
  const copy = path(name);
  await cp(pack, copy, { recursive: true });
  await writeFile(join(copy, file), change(await readFile(join(pack, file))));
  return copy;
}

describe('a pack with timestamps', () => {
  it('verifies, and shows three times and whose they are', async () => {
    const result = await verify(pack, '--tsa-root', tsa.root, '--require-timestamps');
    expect(failed(result)).toEqual([]);
    const notes = stepOf(result)?.notes ?? [];
    expect(notes).toHaveLength(3);
    for (const note of notes) expect(note).toMatch(/existed at 20\S+Z \(give or take 1 s\), says CN=Example TSA$/);
    expect(result.warnings.join()).not.toContain('time-stamping');
  });

  it('says that the authority was taken from inside the pack', async () => {
    expect((await verify(pack)).warnings.join()).toContain('certificates of the time-stamping authority');
  });

  it('is refused by whoever trusts another authority', async () => {
    const result = await verify(pack, '--tsa-root', other.root);
    expect(failed(result)).toEqual(['timestamps']);
    expect(stepOf(result)?.findings.map((it) => it.file)).toEqual([
      'data/proofs/checkpoint.tsr',
      'data/report.pdf',
      'data/attestation.sigstore.json',
    ]);
    expect(stepOf(result)?.findings[0]?.message).toContain('no chain leads from CN=Example TSA');
  });

  it('is refused with a byte of a token changed, and with one token in the place of another', async () => {
    const tsr = 'data/proofs/checkpoint.tsr';
    const flipped = await packWith('flipped', tsr, (bytes) => {
      const at = bytes.length - 20;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes;
    });
    expect(stepOf(await verify(flipped))?.findings).toMatchObject([{ file: tsr }]);
    const bundle = JSON.parse(await readFile(join(pack, 'data/attestation.sigstore.json'), 'utf8'));
    const [stamp] = bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps;
    const swapped = await packWith('swapped', tsr, () => Buffer.from(stamp.signedTimestamp, 'base64'));
    expect(stepOf(await verify(swapped))?.findings[0]?.message).toContain('is about something else');
  });

  it('is made again with the same bytes, and the authority is not asked', async () => {
    const before = tsa.asked();
    await report(path('again'));
    const [first, second] = [await filesBelow(pack), await filesBelow(path('again'))];
    expect([...second.keys()]).toEqual([...first.keys()]);
    for (const [name, bytes] of first) expect(Buffer.compare(bytes, second.get(name) ?? Buffer.of()), name).toBe(0);
    // The newest checkpoint was stamped when the first was made.
    expect(tsa.asked()).toBe(before);
  });

  it('has a README whose seventh step runs as typed, and says both times', async () => {
    const steps = await readmeSteps(pack);
    expect(steps.map((it) => it.number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const { number, commands } of steps) {
      const ran = await run('sh', ['-c', commands], { cwd: pack });
      expect(ran.code, saidBy(ran)).toBe(0);
      if (number !== 7) continue;
      const time = /\w{3} +\d+ \d\d:\d\d:\d\d 20\d\d GMT/.source;
      expect(saidBy(ran)).toMatch(
        new RegExp(`^Verification: OK\ncheckpoint.text: ${time}\nVerification: OK\nstatement.sig: ${time}\n$`),
      );
    }
    const flipped = path('flipped');
    const ran = await run('sh', ['-c', steps.map((it) => it.commands).at(-1) ?? ''], { cwd: flipped });
    expect(saidBy(ran)).not.toContain('checkpoint.text: ');
  });

  it('has a PDF with a timestamp that is valid, says pyHanko', async () => {
    const trust = ['--trust-replace', '--no-revocation-check', '--trust', join(made.store, 'trust/root.pem')];
    const pdf = join(pack, 'data/report.pdf');
    const ran = await run(TOOLS.pyhanko, ['sign', 'adesverify', ...trust, '--trust', tsa.root, pdf]);
    expect(saidBy(ran)).toContain('INTACT:TRUSTED');
    expect(saidBy(ran)).toMatch(/TIMESTAMP_TOKEN<INTACT:TRUSTED>/);
    expect(ran.code).toBe(0);
    const stranger = await run(TOOLS.pyhanko, ['sign', 'validate', ...trust, '--trust', other.root, pdf]);
    expect(saidBy(stranger)).not.toMatch(/TIMESTAMP_TOKEN<INTACT:TRUSTED>/);
  });

  it('has a PDF that pdfsig and veraPDF still accept', async () => {
    const said = saidBy(await run('pdfsig', [join(pack, 'data/report.pdf')]));
    expect(said).toContain('Signature is Valid.');
    expect(said).toContain('Total document signed');
    const asked = [{ folder: pack, root: join(made.store, 'trust/root.pem'), keys: '', work: folder }];
    for (const judge of [verapdf3a, verapdfUa1]) expect((await judge.judge(asked))[0]).toMatchObject({ accepts: true });
  });

  it("has a bundle whose timestamp Sigstore's library reads", async () => {
    const bundle = bundleFromJSON(JSON.parse(await readFile(join(pack, 'data/attestation.sigstore.json'), 'utf8')));
    const { timestamps } = toSignedEntity(bundle as Bundle);
    expect(timestamps).toHaveLength(1);
    expect(timestamps[0]).toMatchObject({ $case: 'timestamp-authority' });
  });
});

describe('a store with an authority', () => {
  it('is audited with its timestamps', async () => {
    const [good] = await witnessmarkJson<{ counts: { timestamps: number } }>(['audit', '--store', made.store]);
    expect(good).toMatchObject({ ok: true, findings: [] });
    expect(good?.counts.timestamps).toBeGreaterThanOrEqual(4);
    const args = ['audit', '--store', made.store, '--tsa-root', other.root];
    const [bad] = await witnessmarkJson<{ findings: { code: string }[] }>(args, { expected: [1] });
    expect(bad?.findings.map((it) => it.code)).toEqual(Array(good?.counts.timestamps).fill('ledger-timestamp-invalid'));
  });

  it('keeps tokens over the text of its checkpoints that openssl verifies', async () => {
    const names = (await readdir(join(made.store, 'checkpoints'))).filter((it) => it.endsWith('.tsr'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const note = await readFile(join(made.store, 'checkpoints', name.replace('.tsr', '')), 'utf8');
      await writeFile(path('text'), note.slice(0, note.lastIndexOf('\n\n') + 1));
      const tsr = join(made.store, 'checkpoints', name);
      const ran = await run('openssl', ['ts', '-verify', '-in', tsr, '-data', path('text'), '-CAfile', tsa.root]);
      expect(saidBy(ran)).toContain('Verification: OK');
    }
  });

  it('loses nothing to a failing authority, says so, and stamps on the next run', async () => {
    const from = await firstRuns(path('four'), 4);
    const scope = ['--service', 'kms', '--region', 'eu-west-1'];
    const collect = ['collect', '--store', made.store, '--from', from, ...scope];
    tsa.failing(true);
    const [told] = await witnessmarkJson(collect, { expected: [0, 3] });
    expect(told).toMatchObject({ timestamp: { state: 'failed', failure: { code: 'timestamp-http-status' } } });
    const said = await witnessmark(collect);
    expect(said.stderr).toContain('[timestamp-http-status]');
    expect(said.stderr).toContain('the next run asks again');
    tsa.failing(false);
    const [next] = await witnessmarkJson(collect, { expected: [0, 3] });
    expect(next).toMatchObject({ timestamp: { state: 'stamped' } });
    expect(await witnessmarkJson(['audit', '--store', made.store])).toMatchObject([{ ok: true }]);
  });

  it('takes another authority beside the first, and asks none any more when told so', async () => {
    const set = ['init', '--store', made.store, '--timestamp', other.url, '--timestamp-ca', other.root];
    await witnessmarkJson(set);
    const roots = await readFile(join(made.store, 'trust/tsa.pem'), 'utf8');
    expect(roots.match(/BEGIN/g)).toHaveLength(2);
    expect(await witnessmarkJson(['audit', '--store', made.store])).toMatchObject([{ ok: true, findings: [] }]);
    const [unset] = await witnessmarkJson(['init', '--store', made.store, '--no-timestamp']);
    expect(unset).toEqual({ store: made.store, authority: null });
  });

  it('does not make certificates genuine that somebody has put there', async () => {
    const file = join(made.store, 'trust/tsa.pem');
    await writeFile(file, await readFile(join(folder, 'other/tsa.pem')));
    const set = ['init', '--store', made.store, '--timestamp', tsa.url, '--timestamp-ca', tsa.root];
    const ran = await witnessmark(set);
    expect(ran.code).not.toBe(0);
    expect(saidBy(ran)).toContain('trust-altered');
  });
});

describe('a pack without timestamps', () => {
  it('passes and says so, unless they are required', async () => {
    expect(stepOf(await verify(made.pack))).toMatchObject({ ok: true, notes: ['no timestamps'] });
    const required = stepOf(await verify(made.pack, '--require-timestamps'));
    expect(required?.findings).toHaveLength(3);
    expect(required?.findings[0]?.message).toBe('the text of the checkpoint has no timestamp');
  });
});

it('init refuses what could not be trusted before it makes anything', async () => {
  const init = (...args: string[]) => witnessmark(['init', '--store', path('new'), ...args]);
  expect((await init('--timestamp', tsa.url)).stderr).toContain('--timestamp needs --timestamp-ca');
  const bad = ['--timestamp', 'ftp://example.com', '--timestamp-ca', tsa.root];
  expect((await init(...bad)).stderr).toContain('usage-timestamp');
  await expect(readdir(path('new'))).rejects.toThrow('ENOENT');
});
