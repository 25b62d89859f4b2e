import { gunzipSync, gzipSync } from 'node:zlib';
import { memoryNotaryState } from '../../src/adapters/memory/notary-state.ts';
import { decodeBundle } from '../../src/ledger/bundle.ts';
import { formatCheckpoint, openCheckpoint } from '../../src/ledger/checkpoint.ts';
import { formatConsistency } from '../../src/ledger/consistency.ts';
import { cosign, witnessKeyOf } from '../../src/ledger/cosignature.ts';
import { openAnswer } from '../../src/ledger/cosignatures.ts';
import { BATCH_BOUNDS, parseEntry } from '../../src/ledger/entry.ts';
import { gzipLines } from '../../src/ledger/json-lines.ts';
import { formatNote, formatSignature, parseNote, parseVkey, parseVkeys } from '../../src/ledger/note.ts';
import { parsePolicy } from '../../src/ledger/policy.ts';
import { parseProof, verifyProof } from '../../src/ledger/proof.ts';
import { checkTile, parseTileKey, tileRoot } from '../../src/ledger/tiles.ts';
import { createWitness } from '../../src/ledger/witness.ts';
import { proofsIn } from '../pack/fixture.ts';
import { ed25519Signer } from '../pack/keys.ts';
import { builtPack } from '../pack/pack.ts';
import type { FuzzKind } from './kind.ts';
import { bombOf } from './scratch.ts';

const bytesOf = (text: string): Buffer => Buffer.from(text);

/** Checkpoints with signatures, and verifier keys. */
export const note: FuzzKind = {
  name: 'note',
  start: async () => {
    const { files, vkey } = await builtPack();
    const known = [parseVkey(vkey)];
    const checkpoint =
      files.get('data/proofs/checkpoint') ?? files.get([...files.keys()].find((it) => it.endsWith('checkpoint')) ?? '');
    const text = formatCheckpoint({ origin: 'a.example/log', size: 3, root: Buffer.alloc(32, 1) });
    const unsigned = formatNote({
      text,
      signatures: [{ name: 'a.example/log', id: '01020304', signature: Buffer.alloc(64) }],
    });
    return {
      seeds: [Buffer.from(checkpoint ?? ''), bytesOf(unsigned), bytesOf(`${vkey}\n`)],
      read: (input, nth) => {
        if (nth % 3 === 0) return parseVkeys(input).length > 0 ? 'accepted' : 'refused';
        return openCheckpoint(input, known).size >= 0 ? 'accepted' : 'refused';
      },
    };
  },
};

/** Policies, requests to a witness, and the lines that it answers with. */
export const witness: FuzzKind = {
  name: 'witness',
  start: async () => {
    const { files, vkey } = await builtPack();
    const signer = ed25519Signer();
    const spki = await signer.publicKey();
    const key = witnessKeyOf('witness.example', spki);
    const checkpoint = Buffer.from(files.get('data/proofs/checkpoint') ?? '').toString();
    const { text } = parseNote(bytesOf(checkpoint));
    const line = formatSignature(await cosign(signer, key, text, 1_790_000_000));
    const logs = [parseVkey(vkey)];
    const stateOf = () => memoryNotaryState();
    const asked = await createWitness({ name: key.name, signer, logs, stateOf, now: () => 1 });
    const policy = `log ${vkey}\nwitness a ${key.vkey} https://w.example/\ngroup g any a\nquorum g\n`;
    return {
      seeds: [bytesOf(policy), bytesOf(formatConsistency({ olderSize: 0, hashes: [], checkpoint })), bytesOf(line)],
      read: async (input, nth) => {
        if (nth % 3 === 0) return parsePolicy(input).witnesses.length >= 0 ? 'accepted' : 'refused';
        if (nth % 3 === 1) return (await asked.addCheckpoint(input)).status === 200 ? 'accepted' : 'refused';
        return openAnswer(input.toString('utf8'), text, key).id === key.id ? 'accepted' : 'refused';
      },
    };
  },
};

/** Proofs of inclusion with the entry and the checkpoint in them. */
export const proof: FuzzKind = {
  name: 'proof',
  start: async () => {
    const { files, vkey } = await builtPack();
    const keys = [parseVkey(vkey)];
    const seeds = [...proofsIn(files).values()].map((bytes) => Buffer.from(bytes));
    return {
      seeds,
      read: (input) => {
        const parsed = parseProof(input);
        const entry = parsed.extra ?? bytesOf('');
        parseEntry(entry);
        return verifyProof(parsed, entry, keys).size > 0 ? 'accepted' : 'refused';
      },
    };
  },
};

/** Tiles, bundles of entries, and the keys that name them. */
export const tile: FuzzKind = {
  name: 'tile',
  start: async () => {
    const { files } = await builtPack();
    const entries = [...proofsIn(files).values()].map((bytes) => parseProof(bytes).extra ?? bytesOf('x'));
    const bundle = Buffer.concat(
      entries.map((it) => Buffer.concat([Uint8Array.of(it.length >> 8, it.length & 255), it])),
    );
    const keys = ['tile/0/000', 'tile/entries/x001/x234/067.p/17', 'tile/1/000.p/3'];
    return {
      seeds: [bundle, Buffer.alloc(32 * 256, 7), Buffer.alloc(96, 1), ...keys.map(bytesOf)],
      read: (input, nth) => {
        if (nth % 3 === 0) return parseTileKey(input.toString('latin1')) ? 'accepted' : 'refused';
        if (nth % 3 === 1)
          return tileRoot(checkTile(input, Math.max(1, input.length >> 5))).length === 32 ? 'accepted' : 'refused';
        for (const entry of decodeBundle(input, BATCH_BOUNDS)) parseEntry(entry);
        return 'accepted';
      },
    };
  },
};

/** Objects of the store: gzipped lines, spoiled before and after they are packed. */
export const lines: FuzzKind = {
  name: 'lines',
  start: async () => {
    const { files } = await builtPack();
    const packed = [...files].filter(([path]) => path.endsWith('.gz')).map(([, bytes]) => Buffer.from(bytes));
    const bomb = bombOf(() => Buffer.alloc(64 * 2 ** 20));
    return {
      seeds: [...packed, ...packed.map((it) => gunzipSync(it))],
      instead: (nth) => (nth % 2_000 === 198 ? bomb() : undefined),
      read: async (input, nth) => {
        const bytes = nth % 2 === 0 ? input : gzipSync(input, { level: 1 });
        try {
          let count = 0;
          for await (const line of gzipLines(bytes)) count += line.length;
          return count > 0 ? 'accepted' : 'refused';
        } catch (thrown) {
          // What zlib says of damaged bytes is part of the promise of this reader.
          if (
            (thrown as { code?: unknown }).code === 'Z_DATA_ERROR' ||
            String((thrown as { code?: unknown }).code).startsWith('Z_')
          )
            return 'refused';
          throw thrown;
        }
      },
    };
  },
};
