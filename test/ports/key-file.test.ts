import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createKeyFile, keyFileSigner } from '../../src/adapters/local/key-file.ts';
import { signerSuite } from './signer.suite.ts';

const base = await mkdtemp(join(tmpdir(), 'witnessmark-keys-'));
afterAll(() => rm(base, { recursive: true, force: true }));

for (const [type, algorithm] of [
  ['Ed25519', 'Ed25519'],
  ['RSA-3072', 'RSASSA_PKCS1_V1_5_SHA_256'],
] as const) {
  const path = join(base, `suite-${type}.pem`);
  await createKeyFile(path, type);
  signerSuite(`key file with ${type}`, algorithm, { open: () => keyFileSigner(path) });
}

const code = (it: string) => expect.objectContaining({ code: it });

describe('key files', () => {
  it.each(['Ed25519', 'RSA-3072'] as const)('of type %s are for their owner alone', async (type) => {
    const path = join(base, 'new', `${type}.pem`);
    await createKeyFile(path, type);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('never replace a key', async () => {
    const path = join(base, 'kept.pem');
    await createKeyFile(path, 'Ed25519');
    const before = await readFile(path, 'utf8');
    await expect(createKeyFile(path, 'Ed25519')).rejects.toThrow(code('key-file-exists'));
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it.each([0o644, 0o640, 0o604, 0o602, 0o660])('are refused with mode %o', async (mode) => {
    const path = join(base, `mode-${mode}.pem`);
    await createKeyFile(path, 'Ed25519');
    await chmod(path, mode);
    await expect(keyFileSigner(path)).rejects.toThrow(code('key-file-exposed'));
  });

  it('are refused when missing, damaged, too long, or of a type that is not used', async () => {
    await expect(keyFileSigner(join(base, 'none.pem'))).rejects.toThrow(code('key-file-missing'));
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    for (const [at, content] of ['', 'garbage', ec, weak, 'a'.repeat(20_000)].entries()) {
      const path = join(base, `bad-${at}.pem`);
      await writeFile(path, content, { mode: 0o600 });
      await expect(keyFileSigner(path)).rejects.toThrow(code('key-file-invalid'));
    }
  });
});
