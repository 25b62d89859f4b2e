import { describe, expect, it } from 'vitest';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { createReport } from '../../src/ledger/audit/findings.ts';
import { auditedStore } from '../../src/ledger/audit/store.ts';
import { auditTrust } from '../../src/ledger/audit/trust.ts';
import { sha256Hex } from '../../src/ledger/canonical.ts';
import type { TrustRecord } from '../../src/model/run.ts';

const FILES = {
  'trust/checkpoint.vkey': 'a key\n',
  'trust/root.pem': 'a root\n',
  'trust/signing.pem': 'a certificate\n',
};
const sealed: TrustRecord = {
  v: 1,
  kind: 'trust',
  id: '00000000-0000-8000-8000-000000000001',
  run: '00000000-0000-8000-8000-000000000001',
  at: '2026-10-01T00:00:00.000Z',
  salt: '0'.repeat(32),
  files: Object.entries(FILES).map(([path, text]) => ({ path, sha256: sha256Hex(text) })),
};

async function findings(files: Record<string, string>, record?: TrustRecord): Promise<string[][]> {
  const objects = memoryObjects();
  for (const [key, text] of Object.entries(files)) await objects.create(key, Buffer.from(text));
  const report = createReport();
  await auditTrust(auditedStore(objects, report), record);
  return report.findings().map((it) => [it.severity, it.code, it.object]);
}

describe('the audit of trusted files', () => {
  it('finds nothing where they are as sealed', async () => {
    expect(await findings(FILES, sealed)).toEqual([]);
  });

  it.each(['trust/checkpoint.vkey', 'trust/root.pem', 'trust/signing.pem'] as const)(
    'names %s when it was swapped',
    async (path) => {
      expect(await findings({ ...FILES, [path]: 'another\n' }, sealed)).toEqual([
        ['error', 'ledger-trust-altered', path],
      ]);
    },
  );

  it('names a certificate that is gone', async () => {
    const { 'trust/root.pem': _gone, ...rest } = FILES;
    expect(await findings(rest, sealed)).toEqual([['error', 'ledger-trust-missing', 'trust/root.pem']]);
  });

  it('names a file that nobody sealed', async () => {
    expect(await findings({ ...FILES, 'trust/signing.pfm': 'x' }, sealed)).toEqual([
      ['error', 'ledger-object-unexpected', 'trust/signing.pfm'],
    ]);
  });

  it('warns of certificates that no entry seals, as in a store whose making was interrupted', async () => {
    expect(await findings(FILES, undefined)).toEqual([
      ['warning', 'ledger-trust-unsealed', 'trust/root.pem'],
      ['warning', 'ledger-trust-unsealed', 'trust/signing.pem'],
    ]);
    expect(await findings({ 'trust/checkpoint.vkey': 'a key\n' }, undefined)).toEqual([]);
  });
});
