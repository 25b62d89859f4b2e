import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeBundle, encodeBundle } from '../../../src/ledger/bundle.ts';
import { formatNote, parseNote, verifierKeyOf } from '../../../src/ledger/note.ts';
import { flipped, ORIGIN, testSigner } from '../../ledger/helpers.ts';

/** What somebody did to one object of a log. */
export interface Alteration {
  readonly name: AlterationName;
  readonly apply: (log: string) => Promise<void>;
}

export type AlterationName = (typeof ALTERED)[number];

const ALTERED = [
  'a byte of a tile of leaves',
  'a byte of a tile of the second level',
  'a byte of a partial tile',
  'a byte of an entry bundle',
  'a byte of a batch',
  'two entries swapped',
  'a tile removed',
  'the checkpoint says another size',
  'a byte of its signature',
  'a byte of an earlier checkpoint',
  'an earlier checkpoint put back',
  'a checkpoint signed by another key',
] as const;

const FIRST = 'checkpoints/0000000000004096';

/** A log of 65,540 entries, its batches of 4,096, is what these are made for. */
const CHANGES: Readonly<Record<AlterationName, (log: string) => Promise<void>>> = {
  'a byte of a tile of leaves': flip('tile/0/100', 4000),
  'a byte of a tile of the second level': flip('tile/1/000', 3333),
  'a byte of a partial tile': flip('tile/0/256.p/4', 40),
  'a byte of an entry bundle': flip('tile/entries/100', 4000),
  'a byte of a batch': flip('batch/0000000000008192', 4000),
  'two entries swapped': change('tile/entries/100', swapped),
  'a tile removed': (log) => rm(join(log, 'tile/0/050')),
  'the checkpoint says another size': change('checkpoint', (it) =>
    Buffer.from(it.toString().replace('\n65540\n', '\n65541\n')),
  ),
  'a byte of its signature': change('checkpoint', otherSignature),
  'a byte of an earlier checkpoint': flip(FIRST, ORIGIN.length + 10),
  'an earlier checkpoint put back': change('checkpoint', (_, log) => readFile(join(log, FIRST))),
  'a checkpoint signed by another key': change('checkpoint', byAnother),
};

export const ALTERATIONS: readonly Alteration[] = ALTERED.map((name) => ({ name, apply: CHANGES[name] }));

function change(
  path: string,
  make: (bytes: Buffer, log: string) => Uint8Array | Promise<Uint8Array>,
): Alteration['apply'] {
  return async (log) => {
    const file = join(log, path);
    const bytes = await readFile(file);
    const made = await make(bytes, log);
    if (bytes.equals(made)) throw new Error(`${path} is as it was`);
    // Anew: the copy shares its files with the log.
    await rm(file);
    await writeFile(file, made);
  };
}

function flip(path: string, at: number): Alteration['apply'] {
  return change(path, (bytes) => flipped(bytes, at));
}

function swapped(bytes: Uint8Array): Uint8Array {
  const entries = decodeBundle(bytes, { maxEntries: 256, maxEntryBytes: 1024 });
  const [a, b] = [entries[10], entries[200]];
  if (a === undefined || b === undefined) throw new RangeError('the bundle is short');
  return encodeBundle(entries.with(10, b).with(200, a));
}

function otherSignature(note: Uint8Array): Uint8Array {
  const { text, signatures } = parseNote(note);
  return Buffer.from(
    formatNote({ text, signatures: signatures.map((it) => ({ ...it, signature: flipped(it.signature, 20) })) }),
  );
}

async function byAnother(note: Uint8Array): Promise<Uint8Array> {
  const { text } = parseNote(note);
  const signer = testSigner(9);
  const { name, id } = verifierKeyOf(ORIGIN, await signer.publicKey());
  return Buffer.from(formatNote({ text, signatures: [{ name, id, signature: await signer.sign(Buffer.from(text)) }] }));
}
