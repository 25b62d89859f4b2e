import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { formatCheckpoint } from '../../../src/ledger/checkpoint.ts';
import { formatNote, type VerifierKey, verifierKey, verifierKeyOf } from '../../../src/ledger/note.ts';
import type { Vector } from './vector.ts';

/** A published private key, so no key at all: RFC 8032, section 7.1, tests 1 and 2. */
const SECRETS = [
  '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
  '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
] as const;

const privateKey = (secret: string) =>
  createPrivateKey({
    key: Buffer.from(`302e020100300506032b657004220420${secret}`, 'hex'),
    format: 'der',
    type: 'pkcs8',
  });

const spkiOf = (secret: string): Buffer => createPublicKey(privateKey(secret)).export({ format: 'der', type: 'spki' });

/** Two keys that sign vectors: with the name of a log, and with another. */
export const LOG = verifierKeyOf('example.com/audit', spkiOf(SECRETS[0]));
const OTHER = verifierKeyOf('example.net/other', spkiOf(SECRETS[1]));

const lineOf = ({ name, id }: VerifierKey, secret: string, text: string) => ({
  name,
  id,
  signature: sign(null, Buffer.from(text), privateKey(secret)),
});

/** A note that the key of the log has signed. */
export const signedNote = (text: string): string => formatNote({ text, signatures: [lineOf(LOG, SECRETS[0], text)] });

const TEXT = 'example.com/audit\n17\n7lryLHezoi8aPytm7DvOe96qUQIq6GCELgyOfJlfBBE=\n';
const line = lineOf(LOG, SECRETS[0], TEXT);
const otherLine = lineOf(OTHER, SECRETS[1], TEXT);
const good = signedNote(TEXT);
const unknownLine = { ...otherLine, id: '01020304' };
const badLine = { ...line, signature: Buffer.alloc(64) };
const noteOf = (...signatures: (typeof line)[]): string => formatNote({ text: TEXT, signatures });

const GO = 'golang.org/x/mod/sumdb/note, package documentation';
const GO_VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_NOTE = `${GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const vkey = (name: string, text: string, refused?: string): Vector => ({
  name,
  do: 'vkey',
  in: { vkey: text },
  ...(refused === undefined ? {} : { refused }),
});
const WITH_PLUS = verifierKey('example.org/plus', Buffer.from('fbefbe'.repeat(11).slice(0, 64), 'hex'));

const keys: Vector[] = [
  vkey('the key of a log', LOG.vkey),
  vkey('a key whose base64 has plus signs', WITH_PLUS.vkey),
  vkey('a key with the id of another', LOG.vkey.replace(LOG.id, OTHER.id), 'the id is not that of the key'),
  vkey('a key with an id in capitals', LOG.vkey.replace(LOG.id, LOG.id.toUpperCase()), 'the id is not lower case'),
  vkey('a key with a blank in its name', LOG.vkey.replace('/audit', ' audit'), 'a name has no blank'),
  vkey('a key of another type', LOG.vkey.replace('+A', '+B'), 'the type is not 1'),
  vkey('a key without its padding or with too few bytes', LOG.vkey.slice(0, -4), 'not 32 bytes'),
];

const note = (name: string, text: string, refused?: string, known: readonly VerifierKey[] = [LOG]): Vector => ({
  name,
  do: 'note',
  in: { note: text, keys: known.map((it) => it.vkey) },
  ...(refused === undefined ? {} : { refused }),
});

const notes: Vector[] = [
  {
    ...note('the note that Go signs', GO_NOTE),
    in: { note: GO_NOTE, keys: [GO_VKEY] },
    source: GO,
    expect: { text: GO_TEXT, signers: [GO_VKEY], unknown: 0 },
  },
  note('a note', good),
  note('a note with two known signatures', noteOf(line, otherLine), undefined, [LOG, OTHER]),
  note('a note with a line of an unknown key before', noteOf(otherLine, line)),
  note('a note with a known name and an unknown id', noteOf({ ...line, id: '01020304' }, line)),
  note('a note with the same line twice', noteOf(line, line)),
  note('a note with a blank line in its text', signedNote('one\n\ntwo\n')),
  note('a note by an unknown key only', noteOf(unknownLine), 'signed by no known key'),
  note('a note with a changed text', good.replace('17', '18'), 'the signature does not match'),
  note('a note with a bad signature of a known key beside a good one', noteOf(line, badLine), 'one is bad'),
  note('a note with the key of another log', noteOf(line), 'signed by no known key', [OTHER]),
  note('a note without signatures', `${TEXT}\n`, 'no signature line'),
  note('a note without a blank line', good.replace('\n\n', '\n'), 'no blank line'),
  note('a note without its last line feed', good.slice(0, -1), 'cut'),
  note('a note with a hyphen for the dash', good.replace('—', '-'), 'no signature line'),
  note('a note with a tab', good.replace('/audit\n', '/audit\t\n'), 'a control character'),
  note('a note with base64 of another spelling', good.replace(/.=\n$/, '1=\n'), 'two spellings of the same bytes'),
  note('a note with a carriage return', good.replaceAll('\n', '\r\n'), 'a control character'),
  note('a note with 101 signatures', noteOf(...Array.from({ length: 101 }, () => line)), 'more than 100'),
];

const checkpoint = (name: string, text: string, refused?: string): Vector => ({
  name,
  do: 'checkpoint text',
  in: { text },
  ...(refused === undefined ? {} : { refused }),
});
const ROOT = '7lryLHezoi8aPytm7DvOe96qUQIq6GCELgyOfJlfBBE=';

const checkpoints: Vector[] = [
  { name: 'a checkpoint', do: 'checkpoint', in: { note: good, keys: [LOG.vkey] } },
  {
    name: 'a checkpoint of a log whose key has not signed',
    do: 'checkpoint',
    in: { note: noteOf(otherLine), keys: [LOG.vkey, OTHER.vkey] },
    refused: 'the origin is not the name of a key that signed',
  },
  checkpoint('a text', TEXT),
  checkpoint('a text with extension lines', `${TEXT}extension\nanother\n`),
  checkpoint('a text of the largest size', `a\n${Number.MAX_SAFE_INTEGER}\n${ROOT}\n`),
  checkpoint('a text of a size that is too large', `a\n9007199254740992\n${ROOT}\n`, '2^53'),
  checkpoint('a text with a leading zero', `a\n017\n${ROOT}\n`, 'a leading zero'),
  checkpoint('a text with a sign', `a\n+17\n${ROOT}\n`, 'a sign'),
  checkpoint('a text without an origin', `\n17\n${ROOT}\n`, 'no origin'),
  checkpoint('a text with a short root', 'a\n17\n7lryLHezoi8=\n', 'not 32 bytes'),
  checkpoint('a text with an empty extension', `${TEXT}\nmore\n`, 'an empty line'),
  checkpoint('a text without its last line feed', TEXT.slice(0, -1), 'cut'),
];

/** A checkpoint text over a root, signed by the key of the log. */
export const signedCheckpoint = (size: number, root: Uint8Array): string =>
  signedNote(formatCheckpoint({ origin: LOG.name, size, root }));

/** Keys, notes and checkpoints. */
export const noteVectors = (): Vector[] => [...keys, ...notes, ...checkpoints];
