import type { Entry } from '../model/entry.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import { TrustRecord } from '../model/run.ts';
import { sha256Hex } from './canonical.ts';
import { parseEntry } from './entry.ts';
import { parseVkey, type VerifierKey } from './note.ts';
import { parseProof, verifyProof } from './proof.ts';
import { utf8 } from './text.ts';

/** Proof that a key which signed for a log has named another one, for a reader without the log. */
export interface Handover {
  /** Where it stands, for messages. */
  readonly file: string;
  /** `.tlog-proof` of the `trust` entry, against a checkpoint of the earlier key. */
  readonly proof: Uint8Array;
  /** The body of that entry, exactly as hashed. */
  readonly body: Uint8Array;
}

/** What a reader may rely on beside the keys that were trusted to begin with. */
export interface Reached {
  /** The trusted keys, and those that they lead to. */
  readonly keys: readonly VerifierKey[];
  /** What is wrong with a handover that a trusted key did sign. */
  readonly faults: readonly { readonly file: string; readonly message: string }[];
}

/**
 * Follows handovers from the trusted keys on: a key that an entry names is trusted once a checkpoint that
 * holds the entry is signed by a key that is. A handover that no trusted key signed leads nowhere.
 */
export function reachKeys(trusted: readonly VerifierKey[], handovers: readonly Handover[]): Reached {
  let keys = trusted;
  const faults: { file: string; message: string }[] = [];
  let pending = handovers;
  for (let grown = true; grown; ) {
    grown = false;
    const left: Handover[] = [];
    for (const handover of pending) {
      try {
        keys = joined(keys, openHandover(handover, keys));
        grown = true;
      } catch (thrown) {
        if (thrown instanceof WitnessmarkError && thrown.code === 'note-unsigned') left.push(handover);
        else faults.push({ file: handover.file, message: messageOf(thrown) });
      }
    }
    pending = left;
  }
  return { keys, faults };
}

/** The keys that a handover names; throws `note-unsigned` where none of `trusted` signed it, and else what is wrong. */
export function openHandover({ proof, body }: Handover, trusted: readonly VerifierKey[]): VerifierKey[] {
  const parsed = parseProof(proof);
  if (parsed.extra === undefined) throw invalid('the proof has no `extra` line with the bytes of the entry');
  const { origin } = verifyProof(parsed, parsed.extra, trusted);
  return keysNamed(parseEntry(parsed.extra), body, origin);
}

/** The keys of the log `origin` that a `trust` entry names, from the body that it commits to; throws what is wrong. */
export function keysNamed(entry: Entry, body: Uint8Array, origin: string): VerifierKey[] {
  if (entry.kind !== 'trust') throw invalid(`the entry is of kind ${entry.kind}, not trust`);
  if (`sha256:${sha256Hex(body)}` !== entry.body) throw invalid('the body is not the one that the entry commits to');
  const { verifierKeys = [] } = TrustRecord.parse(JSON.parse(utf8(body) ?? ''));
  return verifierKeys.map(parseVkey).filter((key) => key.name === origin);
}

/** Both, each key once. */
export function joined(keys: readonly VerifierKey[], more: readonly VerifierKey[]): readonly VerifierKey[] {
  const known = new Set(keys.map(({ vkey }) => vkey));
  return [...keys, ...more.filter(({ vkey }) => !known.has(vkey) && known.add(vkey))];
}

function invalid(what: string): WitnessmarkError {
  return new WitnessmarkError('ledger-handover-invalid', `not a handover of keys: ${what}`);
}
