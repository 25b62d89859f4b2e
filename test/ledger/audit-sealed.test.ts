import { describe, expect, it } from 'vitest';
import { memoryNotaryState } from '../../src/adapters/memory/notary-state.ts';
import { type AuditResult, auditLedger } from '../../src/ledger/audit.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import { integrate } from '../../src/ledger/integrate.ts';
import { createNotary } from '../../src/ledger/notary.ts';
import { formatVkeys, parseVkey, verifierKeyOf } from '../../src/ledger/note.ts';
import { sequence } from '../../src/ledger/sequence.ts';
import type { Body } from '../../src/model/entry.ts';
import { evidence, observations, retrieval } from './content.ts';
import {
  append,
  ORIGIN,
  planBody,
  planEntries,
  storeBodies,
  storeLines,
  type TestLedger,
  testLedger,
  testSigner,
  VKEY,
} from './helpers.ts';

/** A ledger whose writer sealed something wrong: the signatures hold, the content does not. */
async function sealed(make: (ledger: TestLedger) => Promise<Uint8Array[]>): Promise<AuditResult['findings']> {
  const wrong = testLedger();
  await append(wrong, await make(wrong));
  return (await auditLedger({ objects: wrong.objects, verifierKeys: [VKEY] })).findings.filter(
    (it) => it.severity === 'error',
  );
}

describe('audit of a ledger that was sealed wrongly', () => {
  const reseal = (change: (entry: Record<string, unknown>) => object) => async (it: TestLedger) =>
    (await planEntries(it.objects, 0, 1)).map((bytes) =>
      Buffer.from(canonicalize(change(JSON.parse(Buffer.from(bytes).toString())))),
    );

  it.each([
    ['an entry that is no JSON', 'ledger-entry-invalid', async () => [Buffer.from('{')]],
    ['an entry with another field', 'ledger-entry-invalid', reseal((it) => ({ ...it, arn: 'x' }))],
    [
      'an entry that is not canonical',
      'ledger-entry-invalid',
      async (it: TestLedger) =>
        (await planEntries(it.objects, 0, 1)).map((bytes) => Buffer.from(` ${Buffer.from(bytes).toString()}`)),
    ],
    [
      'an entry of another time than its body',
      'ledger-body-differs',
      reseal((it) => ({ ...it, at: '2027-01-01T00:00:00.000Z' })),
    ],
    ['an entry of another kind than its body', 'ledger-body-differs', reseal((it) => ({ ...it, kind: 'run' }))],
    [
      'an entry whose body is nowhere',
      'ledger-body-missing',
      reseal((it) => ({ ...it, body: `sha256:${'0'.repeat(64)}` })),
    ],
    [
      'an entry whose object is nowhere',
      'ledger-evidence-object-missing',
      reseal((it) => ({ ...it, in: '0'.repeat(64) })),
    ],
    [
      'a body that fits no schema',
      'ledger-body-invalid',
      (it: TestLedger) => storeBodies(it.objects, [{ ...planBody(1), extra: 1 } as unknown as Body]),
    ],
    [
      'observations whose calls are nowhere',
      'ledger-retrievals-object-missing',
      (it: TestLedger) => storeBodies(it.objects, [observations(1, '0'.repeat(64))]),
    ],
    [
      'a recorded answer with another hash',
      'ledger-retrieval-differs',
      async (it: TestLedger) => {
        const line = canonicalize({ ...retrieval(null), answer: { changed: true } });
        return storeBodies(it.objects, [observations(1, await storeLines(it.objects, 'retrievals', [line]))]);
      },
    ],
    [
      'a recorded call that fits no schema',
      'ledger-retrieval-invalid',
      async (it: TestLedger) =>
        storeBodies(it.objects, [observations(1, await storeLines(it.objects, 'retrievals', ['{}']))]),
    ],
    [
      'evidence that points past the recorded calls',
      'ledger-reference-broken',
      async (it: TestLedger) => {
        const call = retrieval(null);
        const object = await storeLines(it.objects, 'retrievals', [canonicalize(call)]);
        return storeBodies(it.objects, [evidence(1, [{ operation: 's3:X', object, line: 2, sha256: call.sha256 }])]);
      },
    ],
    [
      'evidence that points at another call',
      'ledger-reference-broken',
      async (it: TestLedger) => {
        const object = await storeLines(it.objects, 'retrievals', [canonicalize(retrieval(null))]);
        return storeBodies(it.objects, [evidence(1, [{ operation: 's3:X', object, line: 1, sha256: '0'.repeat(64) }])]);
      },
    ],
  ] as const)('finds %s', async (_name, code, make) => {
    expect((await sealed(make)).map((it) => it.code)).toEqual([code]);
  });
});

describe('audit between two steps of a writer', () => {
  it('warns of entries that no checkpoint covers yet', async () => {
    const open = testLedger();
    await append(open, await planEntries(open.objects, 0, 5));
    await sequence(open.objects, await planEntries(open.objects, 5, 2));
    const result = await auditLedger({ ...open, verifierKeys: [VKEY] });
    expect(result).toMatchObject({
      ok: true,
      size: 5,
      findings: [{ code: 'ledger-not-integrated', severity: 'warning' }],
    });
    await integrate(open);
    expect(await auditLedger({ ...open, verifierKeys: [VKEY] })).toMatchObject({ size: 7, findings: [] });
  });

  it('finds a notary that stands for another history', async () => {
    const [mine, theirs] = [testLedger(), testLedger()];
    await append(mine, await planEntries(mine.objects, 0, 5));
    await append(theirs, await planEntries(theirs.objects, 9, 5));
    const result = await auditLedger({ objects: mine.objects, notaryState: theirs.notaryState, verifierKeys: [VKEY] });
    expect(result.findings).toMatchObject([{ code: 'ledger-notary-differs', object: 'notary' }]);
  });

  it('keeps verifying checkpoints of a key that was replaced', async () => {
    const old = testLedger();
    await append(old, await planEntries(old.objects, 0, 5));
    const signer = testSigner(9);
    const key = verifierKeyOf(ORIGIN, await signer.publicKey());
    old.objects.files.set('trust/checkpoint.vkey', formatVkeys([parseVkey(VKEY), key]));
    await sequence(old.objects, await planEntries(old.objects, 5, 2));
    const notary = createNotary({ state: old.notaryState, signer, origin: ORIGIN });
    await integrate({ objects: old.objects, notary, verifierKeys: [VKEY] });
    expect(await auditLedger({ ...old, verifierKeys: [VKEY, key.vkey] })).toMatchObject({ size: 7, findings: [] });
    expect((await auditLedger({ ...old, notaryState: memoryNotaryState(), verifierKeys: [key.vkey] })).ok).toBe(false);
  });
});
