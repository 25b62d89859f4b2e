import type { Entry } from '../model/entry.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Objects } from '../ports/objects.ts';
import { sha256Hex } from './canonical.ts';
import { openCheckpoint } from './checkpoint.ts';
import { parseEntry } from './entry.ts';
import { joined, keysNamed } from './handover.ts';
import { gzipLines } from './json-lines.ts';
import { parseVkeys, type VerifierKey } from './note.ts';
import { type Log, openLog } from './read.ts';

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
  throw new WitnessmarkError('ledger-handover-invalid', 'not a handover of keys: its body is missing');
}
