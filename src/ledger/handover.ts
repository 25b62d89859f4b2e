import type { Entry } from '../model/entry.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import { TrustRecord } from '../model/run.ts';
import type { Objects } from '../ports/objects.ts';
import { sha256Hex } from './canonical.ts';
import { openCheckpoint } from './checkpoint.ts';
import { parseEntry } from './entry.ts';
import { gzipLines } from './json-lines.ts';
import { parseVkey, parseVkeys, type VerifierKey } from './note.ts';
import { parseProof, verifyProof } from './proof.ts';
import { type Log, openLog } from './read.ts';
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

/** The keys of the log `origin` that a `trust` entry names, from the body that it commits to. */
function keysNamed(entry: Entry, body: Uint8Array, origin: string): VerifierKey[] {
  if (entry.kind !== 'trust') throw invalid(`the entry is of kind ${entry.kind}, not trust`);
  if (`sha256:${sha256Hex(body)}` !== entry.body) throw invalid('the body is not the one that the entry commits to');
  const { verifierKeys = [] } = TrustRecord.parse(JSON.parse(utf8(body) ?? ''));
  return verifierKeys.map(parseVkey).filter((key) => key.name === origin);
}

/**
 * The keys that may have signed a stored log, for one who trusts some of them: those, and the ones that the
 * log's own entries name under their signatures. `trust/checkpoint.vkey` only says whether there is
 * something to look for; nothing is trusted because it stands there.
 */
export async function announcedKeys(
  objects: Objects,
  trusted: readonly VerifierKey[],
): Promise<readonly VerifierKey[]> {
  if (!(await namesOthers(objects, trusted))) return trusted;
  let keys = trusted;
  for (let from = 0; ; ) {
    const log = await newestLog(objects, keys);
    if (log === undefined || log.checkpoint.size <= from) return keys;
    keys = joined(keys, await keysIn(objects, log, from));
    from = log.checkpoint.size;
  }
}

async function namesOthers(objects: Objects, trusted: readonly VerifierKey[]): Promise<boolean> {
  try {
    const stored = await objects.get('trust/checkpoint.vkey');
    return parseVkeys(stored?.bytes ?? new Uint8Array()).some((key) => trusted.every((it) => it.vkey !== key.vkey));
  } catch {
    // Said where the file is audited.
    return false;
  }
}

/** The log at the largest checkpoint that one of the keys signed. */
async function newestLog(objects: Objects, keys: readonly VerifierKey[]): Promise<Log | undefined> {
  for (const key of (await Array.fromAsync(objects.list('checkpoints/'))).reverse()) {
    try {
      const { size } = openCheckpoint((await objects.get(key))?.bytes ?? new Uint8Array(), keys);
      return await openLog(
        objects,
        keys.map(({ vkey }) => vkey),
        size,
      );
    } catch {
      // Of another key, or damaged, which the audit says.
    }
  }
  return undefined;
}

const TRUST_KIND = '"kind":"trust"';

async function keysIn(objects: Objects, log: Log, from: number): Promise<VerifierKey[]> {
  const keys: VerifierKey[] = [];
  for await (const { bytes } of log.entries(from)) {
    if (!Buffer.from(bytes).includes(TRUST_KIND)) continue;
    try {
      const entry = parseEntry(bytes);
      keys.push(...keysNamed(entry, await bodyOf(objects, entry), log.checkpoint.origin));
    } catch {
      // An entry or a body that cannot be read announces nothing; the audit names it.
    }
  }
  return keys;
}

async function bodyOf(objects: Objects, entry: Entry): Promise<Uint8Array> {
  const stored = await objects.get(`evidence/${entry.in}.jsonl.gz`);
  for await (const line of gzipLines(stored?.bytes ?? new Uint8Array()))
    if (`sha256:${sha256Hex(line)}` === entry.body) return line;
  throw invalid('its body is missing');
}

function joined(keys: readonly VerifierKey[], more: readonly VerifierKey[]): readonly VerifierKey[] {
  const known = new Set(keys.map(({ vkey }) => vkey));
  return [...keys, ...more.filter(({ vkey }) => !known.has(vkey) && known.add(vkey))];
}

function invalid(what: string): WitnessmarkError {
  return new WitnessmarkError('ledger-handover-invalid', `not a handover of keys: ${what}`);
}
