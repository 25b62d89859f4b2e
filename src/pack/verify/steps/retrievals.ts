import { gunzipSync } from 'node:zlib';
import { canonicalize, sha256Hex } from '../../../ledger/canonical.ts';
import { utf8 } from '../../../ledger/text.ts';
import { Retrieval } from '../../../model/retrieval.ts';
import { PATHS, retrievalObject, retrievalPath } from '../../paths.ts';
import type { CallReference } from '../bodies.ts';
import { findingList, findingOf, PackFault, within } from '../fault.ts';
import { type Line, linesOf } from '../lines.ts';
import type { Pack } from '../pack.ts';
import type { Finding, StepOutcome } from '../types.ts';

/** Most bytes of one object of recorded calls, and of what it inflates to. */
export const MAX_OBJECT = 256 * 1024 * 1024;
export const MAX_INFLATED = 512 * 1024 * 1024;
/** Longest recorded call, in bytes. */
export const MAX_CALL_LINE = 64 * 1024 * 1024;

/** Every recorded call is stored as it was hashed, and every call that evidence names is there. */
export async function retrievals(pack: Pack): Promise<StepOutcome> {
  const { calls } = await pack.bodies();
  const { findings, add } = findingList();
  for (const file of pack.files.sizes.keys()) {
    const object = retrievalObject(file);
    if (object === undefined) continue;
    for (const finding of await objectFindings(pack, { file, object, calls: calls.get(object) ?? new Map() }))
      add(finding);
  }
  for (const [object, references] of calls) {
    const file = retrievalPath(object);
    const [first] = references.values();
    if (!pack.files.sizes.has(file)) add({ file, message: `is missing; ${PATHS.bodies}:${first?.from} rests on it` });
  }
  return { findings };
}

interface CallObject {
  readonly file: string;
  readonly object: string;
  readonly calls: ReadonlyMap<string, CallReference>;
}

async function objectFindings(pack: Pack, { file, object, calls }: CallObject): Promise<Finding[]> {
  const findings: Finding[] = [];
  const recorded = new Set<string>();
  try {
    const bytes = await pack.bytes(file, MAX_OBJECT);
    if (sha256Hex(bytes) !== object) return [{ file, message: 'does not hash to its name' }];
    const inflated = within(file, () => gunzipSync(bytes, { maxOutputLength: MAX_INFLATED }));
    for await (const line of linesOf([inflated], MAX_CALL_LINE)) {
      const { service, operation, sha256 } = recordedCall(file, line);
      recorded.add(`${line.number} ${service}:${operation} ${sha256}`);
    }
  } catch (thrown) {
    findings.push(findingOf(thrown, file));
  }
  for (const [key, { line, operation, from }] of calls) {
    if (recorded.has(key)) continue;
    findings.push({ file, line, message: `is not the call ${operation} that ${PATHS.bodies}:${from} rests on` });
  }
  return findings;
}

function recordedCall(file: string, line: Line): Retrieval {
  const fault = (message: string): PackFault => new PackFault({ file, line: line.number, message });
  if (line.tooLong) throw fault(`is longer than ${MAX_CALL_LINE} bytes`);
  if (line.rest) throw fault('does not end in a line feed');
  const text = utf8(line.bytes);
  if (text === undefined) throw fault('is not UTF-8');
  const value: unknown = within(file, () => JSON.parse(text));
  // In one spelling alone: of a key that is there twice, other readers take the other value.
  if (canonicalize(value) !== text) throw fault('is not canonical JSON');
  const parsed = Retrieval.safeParse(value);
  if (!parsed.success)
    throw fault(`is no recorded call: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  const { answer, error, sha256 } = parsed.data;
  if (sha256Hex(canonicalize(answer ?? error)) !== sha256) throw fault('its answer has another SHA-256 than it says');
  return parsed.data;
}
