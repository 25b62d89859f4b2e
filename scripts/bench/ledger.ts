import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { folderObjects } from '../../src/adapters/local/objects.ts';
import { memoryNotaryState } from '../../src/adapters/memory/notary-state.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { leafHash, verifyConsistency, verifyInclusion } from '../../src/ledger/merkle.ts';
import { createNotary } from '../../src/ledger/notary.ts';
import { openLog } from '../../src/ledger/read.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { appendBulk, bulkEntries, type EntrySource } from '../../test/ledger/bulk.ts';
import { type OpenLedger, ORIGIN, planEntries, randomOf, testSigner, VKEY } from '../../test/ledger/helpers.ts';

/**
 * How fast the ledger appends and audits, against SHA-256 of the same bytes in the same process, and how much
 * memory a large log takes.
 *
 *   npm run bench                                    in memory and in a folder: the median of seven rounds
 *   npm run bench -- --entries 1000000 [--bodies]    one log in a folder: appended, audited, proven; peak memory
 *
 * Entries come in batches of 4,096 with a checkpoint after each, as a large seal does it. "Append" is all from
 * the entries to the published checkpoint; "audit" derives every batch, tile, bundle, checkpoint and entry
 * again. Bodies, to which entries commit, are stored and audited with `--bodies` only.
 */
const { values } = parseArgs({
  options: {
    entries: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    bodies: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
  },
});
/** Crosses 65,536, so that the tree has three levels of tiles. */
const ROUND_ENTRIES = 100_000;
const CALLS = 1_000_000;
const PROOFS = 1_000;
const MAX_PEAK_MIB = 512;

async function speed(rounds: number): Promise<void> {
  const measured: Awaited<ReturnType<typeof round>>[] = [];
  // The first round compiles.
  await round();
  for (let at = 0; at < rounds; at++) measured.push(await round());
  const names = Object.keys(measured[0] ?? {}) as (keyof Awaited<ReturnType<typeof round>>)[];
  const medians = Object.fromEntries(names.map((name) => [name, median(measured.map((it) => it[name]))]));
  const base = medians['SHA-256 of 65 bytes, into a buffer'] ?? 0;
  console.log(
    `${ROUND_ENTRIES} entries of ${bulkEntries(0, 1)[0]?.length} bytes, one thread, median of ${rounds} rounds`,
  );
  console.table(
    names.map((name) => ({
      what: name,
      'a second': Math.round(medians[name] ?? 0),
      'to SHA-256 of 65 bytes': Number(((medians[name] ?? 0) / base).toFixed(3)),
    })),
  );
}

async function round() {
  const entries = bulkEntries(0, ROUND_ENTRIES);
  const node = new Uint8Array(65);
  const buffer = await rateOf(() => void hash('sha256', node, 'buffer'));
  const text = await rateOf(() => void hash('sha256', node, 'binary'));
  const raw = await rateOf((at) => void hash('sha256', entries[at] ?? node, 'buffer'));
  const inMemory = await appendAndAudit(memoryObjects(), entries);
  const folder = await mkdtemp(join(values.folder, 'bench-ledger-'));
  const inFolder = await appendAndAudit(folderObjects(folder), entries);
  await rm(folder, { recursive: true });
  return {
    'SHA-256 of 65 bytes, into a buffer': buffer,
    'SHA-256 of 65 bytes, into a text': text,
    'SHA-256 of the entries, into a buffer': raw,
    'append, in memory': inMemory.append,
    'audit of the log, in memory': inMemory.audit,
    'append, in a folder (with fsync)': inFolder.append,
    'audit of the log, in a folder': inFolder.audit,
  };
}

async function appendAndAudit(objects: Objects, entries: readonly Uint8Array[]) {
  const ledger = await newLedger(objects);
  const part: EntrySource = (from, count) => entries.slice(from, from + count);
  const append = await secondsInAll(() => appendBulk(ledger, ROUND_ENTRIES, part));
  const audit = await secondsInAll(() => audited(ledger, false));
  return { append: ROUND_ENTRIES / append, audit: ROUND_ENTRIES / audit };
}

async function memory(entries: number, bodies: boolean): Promise<void> {
  const folder = await mkdtemp(join(values.folder, 'bench-ledger-'));
  try {
    const ledger = await newLedger(folderObjects(folder));
    const source: EntrySource = bodies ? (from, count) => planEntries(ledger.objects, from, count) : bulkEntries;
    const steps: [string, () => Promise<unknown>][] = [
      [bodies ? 'append, with bodies' : 'append', () => appendBulk(ledger, entries, source)],
      [bodies ? 'audit, with bodies' : 'audit of the log alone', () => audited(ledger, bodies)],
      [`${PROOFS} proofs each of inclusion and consistency`, () => prove(ledger)],
    ];
    const rows = [];
    for (const [what, step] of steps) {
      const took = await seconds(step);
      rows.push({
        what,
        seconds: took.toFixed(1),
        'entries a second': Math.round(entries / took),
        'peak MiB': peakMib(),
      });
    }
    console.log(`${entries} entries in ${folder}`);
    console.table(rows);
    const peak = peakMib();
    console.log(`peak resident memory (VmHWM) ${peak} MiB, at most ${MAX_PEAK_MIB} allowed`);
    if (peak > MAX_PEAK_MIB) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Proofs for random entries and sizes, each verified; the sizes include every checkpoint's. */
async function prove({ objects }: OpenLedger): Promise<void> {
  const log = await openLog(objects, [VKEY]);
  const { checkpoint } = log;
  const random = randomOf(1);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let at = 0; at < PROOFS; at++) {
    const index = below(checkpoint.size);
    const leaf = leafHash(await log.entry(index));
    check(verifyInclusion(leaf, index, checkpoint, await log.inclusionProof(index)), `inclusion of ${index}`);
    const newer = 1 + below(checkpoint.size);
    const older = at % 2 === 0 ? below(newer) : newer - (newer % 4096);
    const heads = [older, newer].map(async (size) => ({ size, root: await log.root(size) }));
    const [from, to] = await Promise.all(heads);
    const proof = await log.consistencyProof(older, newer);
    check(from !== undefined && to !== undefined && verifyConsistency(from, to, proof), `${older} to ${newer}`);
  }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`the proof of ${what} does not verify`);
}

async function newLedger(objects: Objects): Promise<OpenLedger> {
  await objects.create('trust/checkpoint.vkey', Buffer.from(`${VKEY}\n`));
  const notaryState = memoryNotaryState();
  return { objects, notaryState, notary: createNotary({ state: notaryState, signer: testSigner(), origin: ORIGIN }) };
}

async function audited(ledger: OpenLedger, bodies: boolean): Promise<void> {
  const { ok, findings } = await auditLedger({ ...ledger, verifierKeys: [VKEY], bodies });
  if (!ok) throw new Error(`the audit fails: ${findings[0]?.message}`);
}

/** Calls a second, of a million: of a few, most of the garbage would be left for others to collect. */
async function rateOf(action: (at: number) => void): Promise<number> {
  const took = await secondsInAll(() => {
    for (let call = 0; call < CALLS; call++) action(call % ROUND_ENTRIES);
  });
  return CALLS / took;
}

async function seconds(action: () => unknown): Promise<number> {
  const began = performance.now();
  await action();
  return (performance.now() - began) / 1000;
}

/** As `seconds`, with the collection of what it leaves behind, and of nothing that was left before. */
function secondsInAll(action: () => unknown): Promise<number> {
  collectGarbage();
  return seconds(async () => {
    await action();
    collectGarbage();
  });
}

function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('start it as `npm run bench` does, with --expose-gc');
  globalThis.gc();
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** The most memory that this process ever had, as the kernel counted it. */
const peakMib = (): number =>
  Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024);

if (values.entries === undefined) await speed(Number(values.rounds));
else await memory(Number(values.entries), values.bodies);
