import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FaultHook, memoryObjects } from '../../src/adapters/memory/objects.ts';
import { type AuditResult, auditLedger } from '../../src/ledger/audit.ts';
import { sha256Hex } from '../../src/ledger/canonical.ts';
import { formatVkeys, parseVkey, verifierKeyOf } from '../../src/ledger/note.ts';
import { fullLedger } from './content.ts';
import { append, flipped, ORIGIN, planEntries, type TestLedger, testLedger, testSigner, VKEY } from './helpers.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await fullLedger();
});

type Files = Map<string, Uint8Array>;

async function auditWith(change: (files: Files) => void, notary = true): Promise<AuditResult> {
  const files = new Map(ledger.objects.files);
  change(files);
  const options = { objects: memoryObjects({ files }), verifierKeys: [VKEY] };
  return auditLedger(notary ? { ...options, notaryState: ledger.notaryState } : options);
}

/** What a tampering was, when the audit missed it or blamed another object. */
async function missed(key: string, what: string, change: (files: Files) => void): Promise<string[]> {
  const { ok, findings } = await auditWith(change);
  const named = findings.some((it) => it.object === key && it.severity === 'error');
  return !ok && named
    ? []
    : [`${what} of ${key}: ${findings.map((it) => `${it.code} ${it.object}`).join(', ') || 'nothing'}`];
}

/** One object of each class, and each one that differs in how it is checked. */
const CLASSES = [
  'batch/0000000000000000',
  'batch/0000000000000260',
  'tile/entries/000',
  'tile/entries/000.p/200',
  'tile/entries/001.p/7',
  'tile/0/000',
  'tile/0/000.p/200',
  'tile/1/000.p/1',
  'checkpoints/0000000000000200',
  'checkpoints/0000000000000263',
  'checkpoint',
  'evidence/',
  'retrievals/',
  'trust/checkpoint.vkey',
] as const;

const keyOf = (prefix: string) => [...ledger.objects.files.keys()].find((key) => key.startsWith(prefix))!;

describe('audit of a ledger that is whole', () => {
  it('finds nothing, and says what it looked at', async () => {
    expect(await auditWith(() => {})).toEqual({
      ok: true,
      findings: [],
      counts: {
        entries: 263,
        batches: 3,
        tiles: 9,
        checkpoints: 3,
        bodies: 263,
        retrievals: 3,
        evidenceObjects: 3,
        retrievalObjects: 2,
        timestamps: 0,
      },
      size: 263,
      root: Buffer.from(ledger.objects.files.get('checkpoint')!).toString('utf8').split('\n')[2],
    });
  });

  it('needs no notary state', async () => {
    expect((await auditWith(() => {}, false)).ok).toBe(true);
  });
});

describe('audit of a ledger that was tampered with', () => {
  it.each(CLASSES)('names %s with any byte flipped', async (prefix) => {
    const key = keyOf(prefix);
    const bytes = ledger.objects.files.get(key)!;
    const places = [0, 1, 9, ...[1, 2, 3].map((at) => Math.floor((bytes.length * at) / 4)), bytes.length - 1];
    const problems: string[] = [];
    for (const at of new Set(places)) {
      problems.push(
        ...(await missed(key, `flip at ${at}`, (files) => files.set(key, flipped(bytes, at, 1 << (at % 8))))),
      );
    }
    expect(problems).toEqual([]);
  });

  it.each(CLASSES)('names %s when it is cut, lengthened or gone', async (prefix) => {
    const key = keyOf(prefix);
    const bytes = ledger.objects.files.get(key)!;
    const problems = [
      ...(await missed(key, 'deletion', (files) => files.delete(key))),
      ...(await missed(key, 'truncation to nothing', (files) => files.set(key, new Uint8Array()))),
      ...(await missed(key, 'truncation by one', (files) => files.set(key, bytes.subarray(0, -1)))),
      ...(await missed(key, 'truncation by half', (files) => files.set(key, bytes.subarray(0, bytes.length / 2)))),
      ...(await missed(key, 'extension', (files) => files.set(key, Buffer.concat([bytes, Uint8Array.of(0)])))),
    ];
    expect(problems).toEqual([]);
  });

  it('names both objects that were swapped, within each class', async () => {
    const keys = [...ledger.objects.files.keys()];
    const problems: string[] = [];
    for (const folder of ['batch/', 'tile/', 'checkpoints/', 'evidence/', 'retrievals/']) {
      const [a, b] = keys.filter((key) => key.startsWith(folder));
      const swap = (files: Files) => {
        files.set(a!, ledger.objects.files.get(b!)!);
        files.set(b!, ledger.objects.files.get(a!)!);
      };
      problems.push(...(await missed(a!, 'swap', swap)), ...(await missed(b!, 'swap', swap)));
    }
    const older = ledger.objects.files.get('checkpoints/0000000000000200')!;
    problems.push(...(await missed('checkpoint', 'set back', (files) => files.set('checkpoint', older))));
    expect(problems).toEqual([]);
  });

  it('blames the batch alone where the tiles still lead to the signed root', async () => {
    const key = 'batch/0000000000000200';
    const result = await auditWith((files) => files.set(key, flipped(files.get(key)!, 500)));
    expect(result.findings.map((it) => [it.code, it.object])).toEqual([['ledger-batch-altered', key]]);
  });

  it('says where a batch is missing, or was cut between two entries', async () => {
    const key = 'batch/0000000000000200';
    const gone = await auditWith((files) => files.delete(key));
    expect(gone.findings.map((it) => [it.code, it.object])).toEqual([['ledger-batch-missing', key]]);
    const cut = await auditWith((files) => {
      const bytes = files.get(key)!;
      files.set(key, bytes.subarray(0, 2 + ((bytes[0]! << 8) | bytes[1]!)));
    });
    expect(cut.findings).toMatchObject([
      { code: 'ledger-batch-cut', object: key },
      { code: 'ledger-batch-missing', object: 'batch/0000000000000201' },
    ]);
  });

  it('names every one of several damaged objects', async () => {
    const keys = ['batch/0000000000000000', 'tile/1/000.p/1', keyOf('retrievals/'), 'checkpoints/0000000000000260'];
    const result = await auditWith((files) => {
      for (const key of keys) files.set(key, flipped(files.get(key)!, 60 % files.get(key)!.length));
    });
    expect(new Set(result.findings.map((it) => it.object))).toEqual(new Set(keys));
  });

  it('names objects that do not belong there', async () => {
    const keys = [
      'batch/5',
      'batch/0000009000000000',
      'batch/0000000000000010',
      'tile/0/9',
      'tile/0/005',
      'checkpoints/x',
      'evidence/x',
      'retrievals/x.gz',
    ];
    const result = await auditWith((files) => {
      for (const key of keys) files.set(key, Uint8Array.of(1));
    });
    const named = result.findings.filter((it) => it.severity === 'error').map((it) => it.object);
    expect(new Set(named)).toEqual(new Set(keys));
  });

  it('warns of evidence and calls that no entry leads to, and checks their names', async () => {
    const stray = gzipSync('stray\n');
    const [named, misnamed] = [`evidence/${sha256Hex(stray)}.jsonl.gz`, `retrievals/${'0'.repeat(64)}.jsonl.gz`];
    const result = await auditWith((files) => files.set(named, stray).set(misnamed, stray));
    expect(result.findings).toMatchObject([
      { code: 'ledger-retrievals-object-altered', severity: 'error', object: misnamed },
      { code: 'ledger-object-unreferenced', severity: 'warning', object: named },
      { code: 'ledger-object-unreferenced', severity: 'warning', object: misnamed },
    ]);
  });

  it('finds with the notary alone that the whole store was set back', async () => {
    const whole = testLedger();
    await append(whole, await planEntries(whole.objects, 0, 200));
    const objects = memoryObjects({ files: new Map(whole.objects.files) });
    await append(whole, await planEntries(whole.objects, 200, 60));
    expect((await auditLedger({ objects, verifierKeys: [VKEY] })).findings).toEqual([]);
    const { findings } = await auditLedger({ objects, verifierKeys: [VKEY], notaryState: whole.notaryState });
    expect(findings.map((it) => it.object)).toEqual(['batch/0000000000000200', 'checkpoints/0000000000000260']);
  });

  it('finds a checkpoint of another history that the same key has signed', async () => {
    const forged = testLedger();
    await append(forged, await planEntries(forged.objects, 5000, 260));
    const key = 'checkpoints/0000000000000260';
    const result = await auditWith((files) => files.set(key, forged.objects.files.get(key)!));
    expect(result.findings).toMatchObject([{ code: 'ledger-root-differs', object: key }]);
  });

  it('finds a file of trusted keys that holds another key', async () => {
    const other = verifierKeyOf(ORIGIN, await testSigner(9).publicKey());
    const result = await auditWith((files) => files.set('trust/checkpoint.vkey', formatVkeys([other])));
    expect(result.findings.map((it) => it.code)).toEqual(['ledger-trust-key-missing', 'ledger-trust-key-unknown']);
    const both = await auditWith((files) => files.set('trust/checkpoint.vkey', formatVkeys([parseVkey(VKEY), other])));
    expect(both).toMatchObject({ ok: true, findings: [{ code: 'ledger-trust-key-unknown' }] });
  });

  it('finds every checkpoint unsigned where the keys are others', async () => {
    const result = await auditLedger({
      objects: ledger.objects,
      verifierKeys: [verifierKeyOf(ORIGIN, await testSigner(9).publicKey()).vkey],
    });
    const invalid = result.findings.filter((it) => it.code === 'ledger-checkpoint-invalid').map((it) => it.object);
    expect(invalid).toEqual(['checkpoint', ...[200, 260, 263].map((size) => `checkpoints/0000000000000${size}`)]);
  });

  it('survives any damage to any object without throwing', async () => {
    const keys = [...ledger.objects.files.keys()];
    for (const [at, bytes] of [
      new Uint8Array(),
      Buffer.alloc(100, 0xff),
      Buffer.from('{"a":'),
      gzipSync('{'),
    ].entries()) {
      const result = await auditWith((files) => {
        for (const key of keys) files.set(key, bytes);
      });
      expect(result.ok, `damage ${at}`).toBe(false);
    }
    expect((await auditLedger({ objects: memoryObjects(), verifierKeys: [VKEY] })).findings[0]).toMatchObject({
      code: 'ledger-checkpoint-missing',
    });
  });

  it('reports what it could not read, and never takes it for absent', async () => {
    const fault: FaultHook = (operation, key) => (operation === 'list' || key.startsWith('evidence/') ? 'fail' : 'ok');
    const result = await auditLedger({
      objects: memoryObjects({ files: ledger.objects.files, fault }),
      verifierKeys: [VKEY],
    });
    expect(result.ok).toBe(false);
    const failed = result.findings.filter((it) => it.code === 'ledger-list-failed').map((it) => it.object);
    expect(failed).toEqual([
      'batch/',
      'checkpoints/',
      'checkpoints/',
      'cosignatures/',
      'evidence/',
      'retrievals/',
      'tile/',
      'timestamps/',
      'trust/',
    ]);
    expect(result.findings.map((it) => it.code)).not.toContain('ledger-evidence-object-missing');
  });

  it('bounds what it unpacks and the lines in it', async () => {
    const options = { objects: ledger.objects, verifierKeys: [VKEY] };
    for (const bounds of [
      { maxBytes: 1000, maxLineBytes: 1000 },
      { maxBytes: 1e6, maxLineBytes: 20 },
    ]) {
      const { findings } = await auditLedger({ ...options, bounds });
      const codes = new Set(findings.filter((it) => it.object.startsWith('evidence/')).map((it) => it.code));
      expect(codes).toEqual(new Set(['ledger-evidence-object-malformed']));
    }
  });

  it('takes as many signed sizes as a log of years has', async () => {
    const record = await ledger.notaryState.read();
    const signed = Array.from({ length: 200_000 }, (_, at) => at + 1);
    const notaryState = { ...ledger.notaryState, read: async () => record && { ...record, signed } };
    const { counts } = await auditLedger({ objects: ledger.objects, verifierKeys: [VKEY], notaryState });
    // Where a part of it could not be done, nothing is counted.
    expect(counts.entries).toBe(263);
  });

  it('leaves out what entries lead to where it is asked for the log alone', async () => {
    const files = new Map([...ledger.objects.files].filter(([key]) => !/^(evidence|retrievals)\//.test(key)));
    const log = { objects: memoryObjects({ files }), verifierKeys: [VKEY] };
    const { ok, findings, counts } = await auditLedger({ ...log, bodies: false });
    expect([ok, findings]).toEqual([true, []]);
    expect(counts).toMatchObject({ entries: 263, batches: 3, bodies: 0, evidenceObjects: 0 });
    expect((await auditLedger(log)).ok).toBe(false);
    files.set('batch/0000000000000260', flipped(files.get('batch/0000000000000260')!, 40));
    expect((await auditLedger({ ...log, bodies: false })).ok).toBe(false);
  });
});
