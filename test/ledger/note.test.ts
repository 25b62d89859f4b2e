import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from '../../src/ledger/checkpoint.ts';
import {
  formatNote,
  formatVkeys,
  parseNote,
  parseVkey,
  parseVkeys,
  type VerifierKey,
  verifierKey,
  verifierKeyOf,
  verifyNote,
} from '../../src/ledger/note.ts';
import { testSigner } from './helpers.ts';

/** The example of golang.org/x/mod/sumdb/note. */
const GO_VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_NOTE =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n\n" +
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

const TEXT = 'one line\nanother\n';
const bytes = (text: string) => Buffer.from(text);
const code = (it: string) => expect.objectContaining({ code: it });

async function signed(byte: number, name = 'example.org/a', text = TEXT) {
  const signer = testSigner(byte);
  const key = verifierKeyOf(name, await signer.publicKey());
  return { key, line: { name, id: key.id, signature: await signer.sign(bytes(text)) } };
}

const open = (note: string, keys: readonly VerifierKey[]) => verifyNote(parseNote(bytes(note)), keys);

describe('signed notes', () => {
  it('verifies the note that Go signs', () => {
    const key = parseVkey(GO_VKEY);
    expect(open(GO_NOTE, [key]).signers).toEqual([key]);
    expect(() => open(GO_NOTE.replace('answer', 'Answer'), [key])).toThrow(code('note-signature-invalid'));
  });

  it('writes what it reads', async () => {
    const { key, line } = await signed(1);
    const note = formatNote({ text: TEXT, signatures: [line] });
    const { text, signatures } = parseNote(bytes(note));
    expect(formatNote({ text, signatures })).toBe(note);
    expect(open(note, [key])).toEqual({ text: TEXT, signers: [key], unknown: 0 });
  });

  it('reads base64 with plus signs in keys and signatures', async () => {
    const signers = await Promise.all(Array.from({ length: 60 }, (_, byte) => signed(byte)));
    const withPlus = signers.filter(({ key }) => key.vkey.split('+').length > 3);
    expect(withPlus.length).toBeGreaterThan(5);
    for (const { key, line } of withPlus) {
      expect(parseVkey(key.vkey)).toEqual({ ...key, publicKey: Buffer.from(key.publicKey) });
      expect(open(formatNote({ text: TEXT, signatures: [line] }), [key]).signers).toEqual([key]);
    }
  });

  it('ignores signatures of unknown keys, and counts them', async () => {
    const [known, other] = [await signed(1), await signed(2)];
    const note = formatNote({ text: TEXT, signatures: [other.line, known.line] });
    expect(open(note, [known.key])).toMatchObject({ signers: [known.key], unknown: 1 });
    expect(() => open(note, [])).toThrow(code('note-unsigned'));
  });

  it('rejects a bad signature of a known key beside good ones, in a duplicate too', async () => {
    const [a, b] = [await signed(1), await signed(2)];
    const bad = { ...b.line, signature: a.line.signature };
    const withBad = formatNote({ text: TEXT, signatures: [a.line, bad] });
    expect(() => open(withBad, [a.key, b.key])).toThrow(code('note-signature-invalid'));
    const duplicate = formatNote({ text: TEXT, signatures: [b.line, bad] });
    expect(() => open(duplicate, [a.key, b.key])).toThrow(code('note-signature-invalid'));
  });

  it('names a key once that signed twice', async () => {
    const { key, line } = await signed(1);
    expect(open(formatNote({ text: TEXT, signatures: [line, line] }), [key]).signers).toEqual([key]);
  });

  it('accepts many signatures, and refuses more than a hundred', async () => {
    const all = await Promise.all(Array.from({ length: 40 }, (_, byte) => signed(byte)));
    const last = all[39]!;
    const note = formatNote({ text: TEXT, signatures: all.map((it) => it.line) });
    expect(open(note, [last.key])).toMatchObject({ signers: [last.key], unknown: 39 });
    const many = formatNote({ text: TEXT, signatures: Array.from({ length: 101 }, () => last.line) });
    expect(() => parseNote(bytes(many))).toThrow(code('note-malformed'));
  });

  it('splits at the last blank line', async () => {
    const text = 'a\n\nb\n';
    const { key, line } = await signed(1, 'n', text);
    expect(open(formatNote({ text, signatures: [line] }), [key]).text).toBe(text);
  });

  it.each([
    ['CRLF', GO_NOTE.replaceAll('\n', '\r\n')],
    ['one carriage return', GO_NOTE.replace('problem,', 'problem,\r')],
    ['a missing blank line', GO_NOTE.replace('\n\n', '\n')],
    ['no signature', GO_NOTE.slice(0, GO_NOTE.indexOf('—'))],
    ['no last line feed', GO_NOTE.slice(0, -1)],
    ['text after the signatures', `${GO_NOTE}more\n`],
    ['a blank line at the end', `${GO_NOTE}\n`],
    ['a hyphen for the dash', GO_NOTE.replace('—', '-')],
    ['two spaces', GO_NOTE.replace('PeterNeumann x', 'PeterNeumann  x')],
    ['a space at the end', GO_NOTE.replace('M=\n', 'M= \n')],
    ['base64 with other trailing bits', GO_NOTE.replace('M=\n', 'N=\n')],
    ['base64 without padding', GO_NOTE.replace('M=\n', 'M\n')],
    ['a key id alone', '\n\n— a AAAAAA==\n'],
    ['a tab', GO_NOTE.replace('you think', 'you\tthink')],
    ['a NUL', GO_NOTE.replace('you think', 'you\0think')],
    ['nothing', ''],
    ['too much', `${'a'.repeat(70_000)}\n\n${GO_NOTE}`],
  ])('refuses a note with %s', (_name, note) => {
    expect(() => parseNote(bytes(note))).toThrow(code('note-malformed'));
  });

  it('refuses bytes that are not UTF-8', () => {
    const at = bytes(GO_NOTE).indexOf('don');
    const broken = bytes(GO_NOTE).fill(0xff, at, at + 1);
    expect(() => parseNote(broken)).toThrow(code('note-malformed'));
  });

  it('rejects every change of one byte', () => {
    const note = bytes(GO_NOTE);
    const key = parseVkey(GO_VKEY);
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Uint8Array.from(note);
        changed[at] = changed[at]! ^ mask;
        expect(() => verifyNote(parseNote(changed), [key])).toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('verifier keys', () => {
  it.each([
    ['another id', GO_VKEY.replace('c74f20a3', 'c74f20a4')],
    ['another name', GO_VKEY.replace('Peter', 'Paul')],
    ['another key', GO_VKEY.replace('ARpc', 'ARpd')],
    ['another type', GO_VKEY.replace('ARpc', 'AhpC')],
    ['no name', GO_VKEY.replace('PeterNeumann', '')],
    ['a space in the name', GO_VKEY.replace('rN', 'r N')],
    ['a line feed', `${GO_VKEY}\n`],
    ['no key', 'PeterNeumann+c74f20a3'],
  ])('refuses %s', (_name, vkey) => {
    expect(() => parseVkey(vkey)).toThrow(code('note-key-malformed'));
  });

  it('refuses a key of another length and a key that is not Ed25519', () => {
    expect(() => verifierKey('a', new Uint8Array(31))).toThrow(code('note-key-malformed'));
    expect(() => verifierKeyOf('a', new Uint8Array(44))).toThrow(code('note-key-malformed'));
  });

  it('keeps a file of keys, one a line', async () => {
    const keys = [(await signed(1)).key, (await signed(2)).key];
    const file = formatVkeys(keys);
    expect(parseVkeys(file).map((key) => key.vkey)).toEqual(keys.map((key) => key.vkey));
    for (const broken of [file.subarray(0, -1), file.subarray(1), bytes(`${file}\n`), bytes('')]) {
      expect(() => parseVkeys(broken)).toThrow(code('note-key-malformed'));
    }
  });
});

describe('checkpoints', () => {
  const root = new Uint8Array(32).fill(5);

  it('reads what it writes, sizes past 32 bits too', () => {
    for (const size of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const text = formatCheckpoint({ origin: 'example.org/log', size, root });
      expect(parseCheckpoint(text)).toEqual({ origin: 'example.org/log', size, root: Buffer.from(root) });
    }
  });

  it('accepts extension lines', () => {
    const text = `${formatCheckpoint({ origin: 'o', size: 3, root })}extension\n`;
    expect(parseCheckpoint(text).size).toBe(3);
  });

  it.each([
    ['a leading zero', 'o\n03\n'],
    ['a sign', 'o\n+3\n'],
    ['a size past 2^53', 'o\n9007199254740993\n'],
    ['no origin', '\n3\n'],
    ['no size', 'o\n\n'],
  ])('refuses %s', (_name, start) => {
    const text = `${start}${Buffer.from(root).toString('base64')}\n`;
    expect(() => parseCheckpoint(text)).toThrow(code('ledger-checkpoint-malformed'));
  });

  it('refuses a root of another length and an empty extension line', () => {
    expect(() => parseCheckpoint('o\n3\nAAAA\n')).toThrow(code('ledger-checkpoint-malformed'));
    const text = `${formatCheckpoint({ origin: 'o', size: 3, root })}\nx\n`;
    expect(() => parseCheckpoint(text)).toThrow(code('ledger-checkpoint-malformed'));
  });

  it('refuses a checkpoint of one log that only the key of another has signed', async () => {
    const text = formatCheckpoint({ origin: 'example.org/b', size: 3, root });
    const { key, line } = await signed(1, 'example.org/a', text);
    const note = bytes(formatNote({ text, signatures: [line] }));
    expect(() => openCheckpoint(note, [key])).toThrow(code('ledger-checkpoint-foreign'));
  });
});
