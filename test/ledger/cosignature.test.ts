import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosign, parseWitnessKey, verifyCosignatures, witnessKeyOf } from '../../src/ledger/cosignature.ts';
import {
  cosignatureKey,
  isCosigned,
  openAnswer,
  openCosignature,
  parseCosignatureKey,
  publishCosignatures,
} from '../../src/ledger/cosignatures.ts';
import { formatNote, formatSignature, parseNote, parseSignatures, parseVkey } from '../../src/ledger/note.ts';
import { append, planEntries, testLedger, testSigner, VKEY } from './helpers.ts';

const VKEY_W1 = 'witness.example/w1+24b5d9fe+BP0XJDhaoMdbZPt4zWAvodmR/ev3axPFjtcC6sg16fYY';
const W1 = parseWitnessKey(VKEY_W1);
const TEXT = `example.org/ledger-7\n5\n${Buffer.alloc(32).toString('base64')}\n`;
const signer = testSigner(9);

describe('a cosignature', () => {
  it('of another implementation holds', () => {
    // Made by github.com/transparency-dev/formats/note v0.1.1 with the seed of 32 bytes 0x09.
    const line =
      '\u2014 witness.example/w1 JLXZ/gAAAABrAxO/kPdnd77pILBJ4fRmWXwaH2IHN6XsIVoqm7zYkGw6Nc1DrWxUmVtnF85i67pSQZureB3a8Hrz5csF2FN0vlcGBQ==\n';
    const note = parseNote(Buffer.from(`${TEXT}\n${line}`));
    expect(verifyCosignatures(note, [W1])).toEqual([{ key: W1, time: 0x6b0313bf }]);
  });

  it('is the one that the other implementation accepted', async () => {
    expect(witnessKeyOf('witness.example/w1', await signer.publicKey())).toEqual(W1);
    expect(formatSignature(await cosign(signer, W1, TEXT, 1_790_000_000))).toBe(
      '\u2014 witness.example/w1 JLXZ/gAAAABqsTuAV0WCacAeubb2/ZVriilPtnrbuYOBWWE8rZ/5Fcoag+oCUoqW4jyX3dgJubUWuZpkyKAZuLOzwkQsjttPPVOuBg==\n',
    );
  });

  it('holds for its text, time and key, and for nothing else', async () => {
    const made = await cosign(signer, W1, TEXT, 1_790_000_000);
    const note = { text: TEXT, signatures: [made] };
    expect(verifyCosignatures(note, [W1])).toEqual([{ key: W1, time: 1_790_000_000 }]);
    expect(verifyCosignatures(note, [])).toEqual([]);
    fc.assert(
      fc.property(fc.nat(71), fc.nat(7), (at, bit) => {
        const signature = Uint8Array.from(made.signature);
        signature[at] = (signature[at] ?? 0) ^ (1 << bit);
        expect(() => verifyCosignatures({ text: TEXT, signatures: [{ ...made, signature }] }, [W1])).toThrow(
          /does not match/,
        );
      }),
      { numRuns: 60 },
    );
    expect(() => verifyCosignatures({ ...note, text: TEXT.replace('5', '6') }, [W1])).toThrow(/does not match/);
    const short = { ...made, signature: made.signature.subarray(0, 71) };
    expect(() => verifyCosignatures({ text: TEXT, signatures: [short] }, [W1])).toThrow(/does not match/);
  });

  it('takes the earliest of several of one witness, and rejects all for one that is bad', async () => {
    const [first, second] = [await cosign(signer, W1, TEXT, 20), await cosign(signer, W1, TEXT, 10)];
    expect(verifyCosignatures({ text: TEXT, signatures: [first, second] }, [W1])).toEqual([{ key: W1, time: 10 }]);
    const bad = { ...first, signature: Buffer.alloc(72) };
    expect(() => verifyCosignatures({ text: TEXT, signatures: [second, bad] }, [W1])).toThrow(/does not match/);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 60])('is not made for the time %s', async (time) => {
    await expect(cosign(signer, W1, TEXT, time)).rejects.toMatchObject({ code: 'cosignature-time' });
  });

  it('has keys of its own type', () => {
    expect(() => parseVkey(VKEY_W1)).toThrow(/type byte 1/);
    expect(() => parseWitnessKey(VKEY)).toThrow(/type byte 4/);
  });
});

describe('cosignatures beside a log', () => {
  it('have keys that name size and witness', () => {
    expect(cosignatureKey(17, '24b5d9fe')).toBe('cosignatures/0000000000000017/24b5d9fe');
    expect(parseCosignatureKey('cosignatures/0000000000000017/24b5d9fe')).toEqual({ size: 17, keyId: '24b5d9fe' });
    for (const other of ['cosignatures/17/24b5d9fe', 'cosignatures/0000000000000017/24B5D9FE', 'checkpoints/1'])
      expect(parseCosignatureKey(other)).toBeUndefined();
  });

  it('are one line each, of the key that the name says', async () => {
    const line = formatSignature(await cosign(signer, W1, TEXT, 10));
    const key = cosignatureKey(5, W1.id);
    expect(openCosignature(key, Buffer.from(line)).id).toBe(W1.id);
    for (const text of [`${line}${line}`, line.trimEnd(), '', `\n\n${line}`, `x\n\n${line}`])
      expect(() => openCosignature(key, Buffer.from(text))).toThrow();
    expect(() => openCosignature(cosignatureKey(5, '00000000'), Buffer.from(line))).toThrow(/not one signature line/);
  });

  it('are taken from an answer only if they hold', async () => {
    const line = formatSignature(await cosign(signer, W1, TEXT, 10));
    const other = formatSignature({ name: 'other.example', id: '01020304', signature: Buffer.alloc(72) });
    expect(formatSignature(openAnswer(`${other}${line}`, TEXT, W1))).toBe(line);
    expect(() => openAnswer(other, TEXT, W1)).toThrow(/without a cosignature/);
    expect(() => openAnswer(line, TEXT.replace('5', '6'), W1)).toThrow(/does not match/);
    expect(() => openAnswer('hello', TEXT, W1)).toThrow(/not a signed note/);
  });

  it('stand in the published checkpoint, and the log goes on from there', async () => {
    const files = new Map<string, Uint8Array>([['trust/checkpoint.vkey', Buffer.from(`${VKEY}\n`)]]);
    const ledger = testLedger({ files });
    await append(ledger, await planEntries(ledger.objects, 0, 3));
    const signed = files.get('checkpoints/0000000000000003') ?? Buffer.alloc(0);
    const { text } = parseNote(signed);
    await ledger.objects.create(
      cosignatureKey(3, W1.id),
      Buffer.from(formatSignature(await cosign(signer, W1, text, 10))),
    );
    await publishCosignatures(ledger.objects, 3);
    const published = files.get('checkpoint') ?? Buffer.alloc(0);
    expect(verifyCosignatures(parseNote(published), [W1])).toHaveLength(1);
    expect(isCosigned(published, signed)).toBe(true);
    expect(files.get('checkpoints/0000000000000003')).toBe(signed);
    expect(await append(ledger, await planEntries(ledger.objects, 3, 2))).toBe(3);
    await publishCosignatures(ledger.objects, 3);
    expect(parseNote(files.get('checkpoint') ?? Buffer.alloc(0)).text).toContain('\n5\n');
  });

  it('are all that may stand behind the lines of the log', () => {
    const note = formatNote({ text: TEXT, signatures: [{ name: 'a', id: '01020304', signature: Buffer.alloc(64) }] });
    const line = '\u2014 b AAAAAAAAAAAA\n';
    expect(isCosigned(Buffer.from(note + line), Buffer.from(note))).toBe(true);
    expect(isCosigned(Buffer.from(note), Buffer.from(note + line))).toBe(false);
    expect(isCosigned(Buffer.from(`${note}\n${line}`), Buffer.from(note))).toBe(false);
  });

  it('lines are parsed as notes have them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (signature) => {
        const line = { name: 'a.example', id: '01020304', signature: Buffer.from(signature) };
        expect(parseSignatures(Buffer.from(formatSignature(line)))).toEqual([line]);
      }),
      { numRuns: 50 },
    );
  });
});
