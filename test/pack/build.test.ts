import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { payloadOxum } from '../../src/pack/bag.ts';
import { buildPack, type PackRequest } from '../../src/pack/build.ts';
import { memorySink } from '../../src/pack/sink.ts';
import { tarMembers } from '../../src/pack/tar.ts';
import { proofsIn } from './fixture.ts';
import { installed } from './openssl.ts';
import { type Built, builtPack, filesOf, textOf } from './pack.ts';

let built: Built;
beforeAll(async () => {
  built = await builtPack();
});

const build = (changes: Partial<PackRequest>) => buildPack({ ...built.request, ...changes }, memorySink());

describe('pack', () => {
  it('gives the same bytes on a second build, signatures included', async () => {
    const again = await filesOf(built);
    expect([...again.keys()]).toEqual([...built.files.keys()]);
    for (const [path, bytes] of again) expect(Buffer.compare(bytes, built.files.get(path)!), path).toBe(0);
  });

  it('is a bag: its size and its day stand in bag-info, and no build time', () => {
    const info = textOf(built.files, 'bag-info.txt');
    const payload = [...built.files]
      .filter(([path]) => path.startsWith('data/'))
      .map(([, it]) => ({ size: it.length }));
    const { octets, files } = payloadOxum(payload);
    expect(info).toContain(`Payload-Oxum: ${octets}.${files}\n`);
    expect(info).toContain('External-Identifier: soc2-2017-2026-10-03\n');
    expect(info).toContain('Bagging-Date: 2026-10-03\n');
  });

  it('has one body per line and one proof per body, in ledger order', () => {
    const lines = textOf(built.files, 'data/evidence/bodies.jsonl').split('\n');
    expect(lines.pop()).toBe('');
    const proofs = [...proofsIn(built.files)];
    expect(proofs.length).toBe(lines.length);
    expect(proofs[0]?.[0]).toBe('00000000.tlog-proof');
    expect(Buffer.from(proofs[3]?.[1] ?? []).toString()).toContain('\nindex 3\n');
  });

  it('holds the recorded calls that evidence names, as stored', () => {
    const objects = [...built.files.keys()].filter((it) => it.startsWith('data/evidence/retrievals/'));
    expect(objects).toHaveLength(3);
  });

  it('keeps the proofs of a thousand ledger entries in one tar', async () => {
    const items = async function* () {
      let at = 0;
      for await (const item of built.request.items) yield { ...item, index: 990 + at++ };
    };
    const sink = memorySink();
    await buildPack({ ...built.request, items: items() }, sink);
    const tars = [...sink.files].filter(([path]) => path.endsWith('.tar'));
    expect(tars.map(([path, bytes]) => [path, [...tarMembers(bytes)].length])).toEqual([
      ['data/proofs/00000000.tar', 10],
      ['data/proofs/00001000.tar', 6],
    ]);
  });

  it('refuses what would not verify', async () => {
    const { report } = built.request;
    const other = { ...report, ledger: { ...report.ledger, size: 3 } };
    await expect(build({ report: other })).rejects.toMatchObject({ code: 'pack-checkpoint-differs' });
    const trust = { ...built.request.trust, verifierKeys: [] };
    await expect(build({ trust })).rejects.toMatchObject({ code: 'pack-key-differs' });
    const twice = { path: 'report.json', content: Buffer.from('{}') };
    await expect(build({ formats: [twice] })).rejects.toMatchObject({ code: 'pack-path-twice' });
    const outside = { path: '../report.json', content: Buffer.from('{}') };
    await expect(build({ formats: [outside] })).rejects.toMatchObject({ code: 'pack-path' });
    const backwards = async function* () {
      for await (const item of built.request.items) yield { ...item, index: 100 - item.index };
    };
    await expect(build({ items: backwards() })).rejects.toMatchObject({ code: 'pack-item-order' });
  });

  it.runIf(installed('openssl') && installed('sha256sum', '--version'))(
    'verifies with the commands of its README',
    () => {
      const commands = textOf(built.files, 'README.txt')
        .split('\n')
        .filter((line) => line.startsWith('    ') && (!line.includes('pdfsig') || installed('pdfsig', '-v')))
        .join('\n');
      const folder = mkdtempSync(join(tmpdir(), 'witnessmark-readme-'));
      const work = `${folder}-work`;
      try {
        for (const [path, bytes] of built.files) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), bytes);
        }
        const script = commands.replaceAll('/tmp/witnessmark', work);
        const said = execFileSync('sh', ['-e', '-c', script], { cwd: folder, encoding: 'utf8' });
        expect(said).toContain('data/trust/signing.pem: OK');
        expect(said).toContain('Verified OK');
        expect(said).toContain('Signature Verified Successfully');
        expect(said).toContain('in the ledger: 00000000.tlog-proof');
        expect(said).toContain('body found');
        writeFileSync(join(folder, 'data/controls.csv'), 'other');
        expect(() => execFileSync('sh', ['-e', '-c', script], { cwd: folder, stdio: 'ignore' })).toThrow();
      } finally {
        rmSync(folder, { recursive: true });
        rmSync(work, { recursive: true, force: true });
      }
    },
  );
});
