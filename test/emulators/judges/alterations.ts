import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatCheckpoint, parseCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { formatNote, parseNote } from '../../../src/ledger/note.ts';
import { BUNDLE, OCSF, OSCAL, PDF, SIGNING } from './files.ts';
import { relist } from './lists.ts';
import { alteredOcsf, alteredOscal } from './machine-readable.ts';
import { flipPage, forgeSignature, hideKey, rewritePage } from './pdf.ts';

export type AlterationName = (typeof ALTERATIONS)[number]['name'];

/** Changes a copy of a pack, and says which of its files are now other ones. */
export interface Alteration {
  readonly name: string;
  readonly apply: (copy: string) => Promise<readonly string[]>;
}

type Change = (bytes: Buffer) => Promise<Uint8Array> | Uint8Array;

/** Replaces a file: written anew, because a copy may share its bytes with the pack that it is of. */
async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, content);
}

const changing =
  (file: string, change: Change) =>
  async (copy: string): Promise<string[]> => {
    const before = await readFile(join(copy, file));
    const after = await change(Buffer.from(before));
    if (before.equals(after)) throw new Error(`${file} is as it was`);
    await replaceFile(join(copy, file), after);
    return [file];
  };

const adding = (file: string) => async (copy: string) => {
  await writeFile(join(copy, file), 'not of this pack\n');
  return [file];
};

/** Changes the first place of a text; throws where there is none. */
const text =
  (from: string | RegExp, to: string): Change =>
  (bytes) =>
    Buffer.from(bytes.toString('utf8').replace(from, to));

/** One letter of base64 becomes another; the first of a hash, so that no padding is touched. */
const otherLetter = (letter: string): string => (letter === 'A' ? 'B' : 'A');

const CSV = 'data/failing.csv';
const changeCsv = changing(CSV, text(/\d{4}-\d\d-\d\dT/, '2020-01-01T'));

/** One digit in a payload of a DSSE envelope: it now speaks of another file. */
const editPayload: Change = (bytes) =>
  Buffer.from(
    bytes.toString('utf8').replace(/"payload":"([^"]+)"/, (_, payload: string) => {
      const statement = Buffer.from(payload, 'base64').toString('utf8').replace('report.pdf', 'report.pdg');
      return `"payload":"${Buffer.from(statement).toString('base64')}"`;
    }),
  );

const editSignature: Change = text(/"sig":"[^"]{8}/, `"sig":"${randomBytes(6).toString('base64')}`);

/** The first hash of the proof that stands last in a file of proofs: a tar file keeps its sizes. */
const editProof: Change = (bytes) => {
  const line = bytes.indexOf('\n', bytes.lastIndexOf('\nindex ') + 1) + 1;
  bytes.write(otherLetter(String.fromCharCode(bytes[line] ?? 0)), line);
  return bytes;
};

async function proofFile(copy: string): Promise<string> {
  const names = (await readdir(join(copy, 'data/proofs'))).filter((it) => it.endsWith('.tar')).sort();
  return `data/proofs/${names.at(-1)}`;
}

/** A checkpoint of the same ledger and size with another root, signed by nobody who may. */
const otherLog: Change = (bytes) => {
  const { text: said, signatures } = parseNote(bytes);
  const forged = formatCheckpoint({ ...parseCheckpoint(said), root: randomBytes(32) });
  return Buffer.from(
    formatNote({ text: forged, signatures: signatures.map((it) => ({ ...it, signature: randomBytes(64) })) }),
  );
};

async function consistencyFile(copy: string): Promise<string> {
  const names = (await readdir(join(copy, 'data/proofs/consistency'))).filter((it) => it.endsWith('.txt')).sort();
  return `data/proofs/consistency/${names.at(-1)}`;
}

const editConsistency: Change = (bytes) => {
  const line = bytes.indexOf('\n') + 1;
  bytes.write(otherLetter(String.fromCharCode(bytes[line] ?? 0)), line);
  return bytes;
};

/** What is done to a good pack, one thing at a time. */
export const ALTERATIONS = [
  { name: 'pdf page byte flipped', apply: changing(PDF, flipPage) },
  { name: 'pdf page rewritten', apply: changing(PDF, rewritePage) },
  { name: 'pdf appended to', apply: changing(PDF, (pdf) => Buffer.concat([pdf, Buffer.from('\n% more\n')])) },
  { name: 'pdf without language', apply: changing(PDF, hideKey('/Lang')) },
  { name: 'pdf without tags', apply: changing(PDF, hideKey('/StructTreeRoot')) },
  { name: 'pdf signed by an impostor', apply: changing(PDF, forgeSignature) },
  { name: 'report.json changed', apply: changing('data/report.json', text('"verdict":"not_met"', '"verdict":"met"')) },
  { name: 'csv line changed', apply: changeCsv },
  {
    name: 'csv changed, lists rewritten',
    apply: async (copy) => [...(await changeCsv(copy)), ...(await relist(copy))],
  },
  {
    name: 'file removed',
    apply: async (copy) => {
      await rm(join(copy, 'data/runs.csv'));
      return ['data/runs.csv'];
    },
  },
  { name: 'file added', apply: adding('data/notes.txt') },
  { name: 'file added beside data', apply: adding('notes.txt') },
  {
    name: 'evidence changed',
    apply: changing('data/evidence/bodies.jsonl', text('"outcome":"non_compliant"', '"outcome":"compliant"')),
  },
  { name: 'proof hash changed', apply: async (copy) => changing(await proofFile(copy), editProof)(copy) },
  { name: 'checkpoint of another log', apply: changing('data/proofs/checkpoint', otherLog) },
  {
    name: 'consistency hash changed',
    apply: async (copy) => changing(await consistencyFile(copy), editConsistency)(copy),
  },
  {
    name: 'statement changed',
    apply: async (copy) => [
      ...(await changing('data/attestation.json', editPayload)(copy)),
      ...(await changing(BUNDLE, editPayload)(copy)),
    ],
  },
  { name: 'bundle with another signature', apply: changing(BUNDLE, editSignature) },
  {
    name: 'certificate replaced',
    apply: (copy) => changing(SIGNING, () => readFile(join(copy, 'data/trust/root.pem')))(copy),
  },
  { name: 'oscal uuid twice', apply: changing(OSCAL, alteredOscal.uuidTwice) },
  { name: 'oscal null', apply: changing(OSCAL, alteredOscal.nullMember) },
  { name: 'oscal dangling reference', apply: changing(OSCAL, alteredOscal.dangling) },
  { name: 'ocsf value not in its list', apply: changing(OCSF, alteredOcsf) },
] as const satisfies readonly Alteration[];
