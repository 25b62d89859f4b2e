import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { readRecording, readRun } from '../../src/adapters/local/recording.ts';
import { parseTrailFile } from '../../src/collect/cloudtrail/trail-file.ts';
import { redact } from '../../src/collect/redact.ts';
import { compileSelector } from '../../src/evaluate/event.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import { EventSelector } from '../../src/model/check.ts';
import type { Json } from '../../src/model/json.ts';
import { openPackFiles } from '../../src/pack/verify/open.ts';
import type { PackFiles } from '../../src/pack/verify/source.ts';
import { plants } from '../collect/planted/kinds.ts';
import { rngOf } from '../collect/planted/rng.ts';
import type { FuzzKind, Verdict } from './kind.ts';
import { bombOf } from './scratch.ts';

const RECORDING = 'test/fixtures/recording';

/** Files of a recording: its index, and a run spoiled before or after it is packed. */
export const recording: FuzzKind = {
  name: 'recording',
  start: async (scratch) => {
    mkdirSync(join(scratch, 'runs'), { recursive: true });
    const index = readFileSync(join(RECORDING, 'recording.json'));
    const { runs } = await readRecording(RECORDING);
    const [run] = runs;
    if (run === undefined) throw new Error('the fixture holds no run');
    const packed = readFileSync(join(RECORDING, run.file));
    const text = gunzipSync(packed).toString('utf8').split('\n').slice(0, 6).join('\n');
    const few = gzipSync(`${text}\n`);
    const bomb = bombOf(() => Buffer.alloc(80 * 2 ** 20, 'x'));
    const there = new Map<string, Buffer>();
    const put = (file: string, bytes: Buffer): void => {
      if (there.get(file) !== bytes) writeFileSync(join(scratch, file), bytes);
      there.set(file, bytes);
    };
    return {
      seeds: [index, few, Buffer.from(`${text}\n`)],
      instead: (nth) => (nth % 2_000 === 199 ? bomb() : undefined),
      read: async (input, nth): Promise<Verdict> => {
        const isIndex = input.subarray(0, 40).includes('"v": 1') || nth % 5 === 0;
        const bytes = input[0] === 0x1f ? input : gzipSync(input, { level: 1 });
        put('recording.json', isIndex ? input : index);
        put(run.file, isIndex ? few : bytes);
        for (const it of (await readRecording(scratch)).runs.slice(0, 1)) await readRun(scratch, it);
        return 'accepted';
      },
    };
  },
};

const selector = compileSelector(
  EventSelector.parse({
    name: 'root-console-login',
    title: 'The root user signed in to the console',
    match: 'event.eventName == "ConsoleLogin" && event.userIdentity.type == "Root"',
    expect: 'none',
    remediation: 'Use a role in place of the root user.',
    examples: [{ match: { eventName: 'x' } }, { ignore: { eventName: 'y' } }],
  }),
);

const trailRecord = (at: number): Json => ({
  eventVersion: '1.08',
  eventID: `7b2b9a3e-0000-4000-8000-00000000000${at}`,
  eventTime: '2026-10-02T08:00:00Z',
  eventName: at % 2 === 0 ? 'ConsoleLogin' : 'RunInstances',
  eventSource: 'signin.amazonaws.com',
  awsRegion: 'us-east-1',
  recipientAccountId: '111122223333',
  userIdentity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root', accountId: '111122223333' },
  requestParameters: { password: 'hunter2hunter2', instancesSet: { items: [{ imageId: 'ami-1' }] } },
});

/** CloudTrail files, plain and gzipped; each record is redacted, hashed and asked about as an ingest does. */
export const trail: FuzzKind = {
  name: 'trail',
  start: async () => {
    const text = JSON.stringify({ Records: [0, 1, 2, 3].map(trailRecord) });
    const bombs = [
      bombOf(() => Buffer.alloc(300 * 2 ** 20)),
      bombOf(() => Buffer.from(`{"Records":[${'0,'.repeat(20_000_000)}0]}`)),
    ];
    return {
      seeds: [Buffer.from(text), Buffer.from(JSON.stringify([trailRecord(0)], undefined, 1)), gzipSync(text)],
      instead: (nth) => (nth % 2_500 === 2_499 ? bombs[Math.trunc(nth / 2_500) % 2]?.() : undefined),
      read: (input) => {
        const { records } = parseTrailFile({ name: 'f.json', bytes: input });
        for (const record of records.slice(0, 50)) {
          canonicalizable(redact(record, { secret: 'x' }).value);
          if (typeof record === 'object' && record !== null) selector.matches(record);
        }
        return 'accepted';
      },
    };
  },
};

/** Half a surrogate pair cannot be hashed; who redacts first is told so by a thrown error that names it. */
function canonicalizable(value: Json): void {
  canonicalize(value);
}

/** Answers and records with secrets in them: redacted twice is redacted once. */
export const redaction: FuzzKind = {
  name: 'redaction',
  start: async () => ({
    seeds: plants(300, rngOf(7)).map(({ answer }) => Buffer.from(JSON.stringify(answer))),
    read: (input, nth) => {
      const text = input.toString('utf8');
      const answer = nth % 3 === 0 ? { Text: text } : parsed(text);
      const once = redact(answer, { secret: 'x' });
      const twice = redact(once.value, { secret: 'x' });
      if (JSON.stringify(once.value) !== JSON.stringify(twice.value))
        throw new Error('redacted twice is another value');
      if (JSON.stringify(once.redactions) !== JSON.stringify(twice.redactions))
        throw new Error('redacted twice lists other redactions');
      return once.redactions.length > 0 ? 'refused' : 'accepted';
    },
  }),
};

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return { Text: text };
  }
}

/** Zips: spoiled bytes, names that lead out, bombs. Opened, and every file read to its end. */
export const zip: FuzzKind = {
  name: 'zip',
  start: async (scratch) => {
    const path = join(scratch, 'pack.zip');
    return {
      seeds: ZIPS.map((files) => Buffer.from(zipSync(files))),
      read: async (input) => {
        writeFileSync(path, input);
        const files = await openPackFiles(path);
        const verdict = await readAll(files).catch(refusedUnlessOurs);
        await files.close();
        return verdict;
      },
    };
  },
};

async function readAll(files: PackFiles): Promise<Verdict> {
  for (const [name] of files.sizes) for await (const chunk of files.read(name)) if (chunk.length < 0) return 'refused';
  return 'accepted';
}

/** Verification makes a finding of what a damaged file throws; a mistake of ours would be one of these. */
function refusedUnlessOurs(thrown: unknown): Verdict {
  if (!(thrown instanceof Error) || thrown instanceof TypeError || thrown instanceof RangeError) throw thrown;
  return 'refused';
}

const text = (it: string): Uint8Array => Buffer.from(it);
const ZIPS: readonly Readonly<Record<string, Uint8Array>>[] = [
  { 'pack/bagit.txt': text('BagIt-Version: 1.0\n'), 'pack/data/report.json': text('{"v":1}'.repeat(300)) },
  { '../evil': text('x'), 'pack/data/x': text('y') },
  { 'pack/data/bomb': text('0'.repeat(3_000_000)) },
  { 'C:\\evil': text('x'), '/etc/passwd': text('y'), 'pack/data/../../x': text('z') },
  { 'pack/a': text('x'), 'pack/A': text('y'), 'pack/\u202ecod.exe': text('z') },
];
