import { identity } from '../../../src/app/identity.ts';
import { drawn, sampleSize } from '../../../src/assess/sample.ts';
import { decodeBundle, encodeBundle } from '../../../src/ledger/bundle.ts';
import { canonicalize, sha256Hex } from '../../../src/ledger/canonical.ts';
import { openCheckpoint, parseCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { parseConsistency } from '../../../src/ledger/consistency.ts';
import { BATCH_BOUNDS, parseEntry } from '../../../src/ledger/entry.ts';
import {
  fromLeaves,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/ledger/merkle.ts';
import { parseNote, parseVkey, verifyNote } from '../../../src/ledger/note.ts';
import { populationDigest } from '../../../src/ledger/population.ts';
import { parseProof } from '../../../src/ledger/proof.ts';
import { partialsOf, tileKey } from '../../../src/ledger/tiles.ts';
import { Body } from '../../../src/model/entry.ts';
import { WitnessmarkError } from '../../../src/model/error.ts';
import { bagInfoText } from '../../../src/pack/bag.ts';
import { preAuthEncoding } from '../../../src/pack/sign/dsse.ts';
import { sigstoreBundle } from '../../../src/pack/sign/sigstore.ts';
import { collect } from '../../../src/pack/sink.ts';
import { tarMembers } from '../../../src/pack/tar.ts';
import { csvFormat } from '../../../src/report/csv/table.ts';

/** What a vector gives to an operation, and gets from it: plain JSON; bytes are hexadecimal. */
// biome-ignore lint/suspicious/noExplicitAny: each operation knows the members of its own input
type Input = any;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (digits: string): Uint8Array => Buffer.from(digits, 'hex');
const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** What is computed by docs/FORMAT.md, by its name in the vectors. Each throws where its input is to be refused. */
export const OPERATIONS: Readonly<Record<string, (input: Input) => unknown>> = {
  write: ({ json }) => {
    const canonical = canonicalize(JSON.parse(json));
    return { canonical, sha256: sha256Hex(canonical) };
  },
  read: ({ text }) => {
    if (canonicalize(JSON.parse(text)) !== text) throw new WitnessmarkError('vector', 'not canonical');
    return true;
  },
  leaf: ({ entry }) => hex(leafHash(bytes(entry))),
  node: ({ left, right }) => hex(nodeHash(bytes(left), bytes(right))),
  root: ({ entries }) => rootOf(entries.length, fromLeaves(entries.map((it: string) => leafHash(bytes(it))))).then(hex),
  'root of entries': ({ size }) => {
    const leaves = Array.from({ length: size }, (_, at) => leafHash(utf8(`entry ${at}`)));
    return rootOf(size, fromLeaves(leaves)).then(hex);
  },
  inclusion: ({ leaf, index, size, root, proof }) =>
    verifyInclusion(bytes(leaf), index, { size, root: bytes(root) }, proof.map(bytes)),
  consistency: ({ old, oldRoot, size, root, proof }) =>
    verifyConsistency({ size: old, root: bytes(oldRoot) }, { size, root: bytes(root) }, proof.map(bytes)),
  vkey: ({ vkey }) => {
    const { name, id, publicKey } = parseVkey(vkey);
    return { name, id, publicKey: hex(publicKey) };
  },
  note: ({ note, keys }) => {
    const { text, signers, unknown } = verifyNote(parseNote(utf8(note)), keys.map(parseVkey));
    return { text, signers: signers.map((it) => it.vkey), unknown };
  },
  checkpoint: ({ note, keys }) => {
    const { origin, size, root } = openCheckpoint(utf8(note), keys.map(parseVkey));
    return { origin, size, root: hex(root) };
  },
  'checkpoint text': ({ text }) => {
    const { origin, size, root } = parseCheckpoint(text);
    return { origin, size, root: hex(root) };
  },
  'write bundle': ({ entries }) => hex(encodeBundle(entries.map(bytes))),
  'read bundle': ({ bundle }) => decodeBundle(bytes(bundle), BATCH_BOUNDS).map(hex),
  tile: ({ level, number, width }) => tileKey({ level, number, width }),
  'partial tiles': ({ size }) => partialsOf(size).map(tileKey),
  entry: ({ text }) => {
    const { kind, body } = parseEntry(utf8(text));
    return { kind, body, leaf: hex(leafHash(utf8(text))) };
  },
  body: ({ line }) => {
    const body = JSON.parse(line);
    if (canonicalize(body) !== line) throw new WitnessmarkError('vector', 'not canonical');
    return { kind: Body.parse(body).kind, sha256: sha256Hex(line) };
  },
  identity: ({ secret, parts }) => {
    const { id, salt } = identity(bytes(secret));
    return { id: id(...parts), salt: salt(id(...parts)) };
  },
  'population digest': ({ states }) => populationDigest(states),
  'sample size': ({ population }) => sampleSize(population),
  sample: ({ root, source, places }) =>
    drawn(
      source,
      root,
      places.map(([account, region, subject]: string[]) => ({ account, region, subject })),
    ).map(({ account, region, subject }: Input) => [account, region, subject]),
  'tlog-proof': ({ text }) => {
    const { index, extra, hashes, checkpoint } = parseProof(utf8(text));
    return { index, extra: extra === undefined ? null : hex(extra), hashes: hashes.map(hex), checkpoint };
  },
  'consistency text': ({ text }) => {
    const { olderSize, hashes, checkpoint } = parseConsistency(text);
    return { old: olderSize, hashes: hashes.map(hex), checkpoint };
  },
  tar: ({ base64 }) =>
    [...tarMembers(Buffer.from(base64, 'base64'))].map((it) => ({
      name: it.name,
      text: Buffer.from(it.bytes).toString('utf8'),
    })),
  'pre-authentication encoding': ({ payloadType, payload }) => hex(preAuthEncoding(payloadType, utf8(payload))),
  'sigstore bundle': ({ envelope, spki }) => Buffer.from(sigstoreBundle(utf8(envelope), bytes(spki))).toString('utf8'),
  'bag-info': ({ report, sizes }) =>
    bagInfoText(
      report,
      sizes.map((size: number) => ({ size })),
    ),
  csv: async ({ names, rows }) => {
    const columns = names.map((name: string, at: number) => ({ name, meaning: '', value: (row: Input) => row[at] }));
    const { render } = csvFormat({ name: 'vector.csv', describes: '', columns, rows: () => rows });
    // biome-ignore lint/suspicious/noExplicitAny: these rows come from no report
    return Buffer.from(await collect(render({} as any, []))).toString('utf8');
  },
};

/** What an operation gives, or `refused` where it throws. */
export async function outcomeOf(operation: string, input: Input): Promise<{ out: unknown } | { refused: true }> {
  const run = OPERATIONS[operation];
  if (run === undefined) throw new Error(`no operation ${operation}`);
  try {
    return { out: await run(input) };
  } catch {
    return { refused: true };
  }
}
