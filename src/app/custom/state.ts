import { z } from 'zod';
import { canonicalize, sha256Hex } from '../../ledger/canonical.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { Sha256, Timestamp } from '../../model/primitives.ts';
import type { Objects } from '../../ports/objects.ts';

/** The one object that is replaced: the newest result, and which set is active. */
export const STATE_KEY = 'state/custom.json';
const RESULTS = 'custom-results/';
const SETS = 'custom-active/';
/** Problems that are written out; the others are counted. */
export const MAX_PROBLEMS = 200;

const Place = z.number().int().min(1);

const ResultProblem = z.strictObject({
  file: z.string(),
  line: Place,
  column: Place,
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
});

/** What came out when the folder was judged. `folder` names the state of it that was judged. */
export const CustomResult = z.strictObject({
  v: z.literal(1),
  at: Timestamp,
  status: z.enum(['accepted', 'refused', 'empty']),
  folder: Sha256,
  /** Digest of the catalogue that comes with Witnessmark, over which these files were laid. */
  catalogue: Sha256,
  /** `2 checks, 0 event selectors, 1 frameworks: 0 errors, 1 warnings` */
  summary: z.string(),
  files: z.array(
    z.strictObject({ path: z.string(), bytes: z.number().int().min(0), version: z.string(), sha256: Sha256 }),
  ),
  /** Files that are not YAML. */
  ignored: z.array(z.string()),
  problems: z.array(ResultProblem).max(MAX_PROBLEMS),
  /** Problems that are left out. */
  more: z.number().int().min(0),
  /** The set that is active from then on, by its hash; null where there is none. */
  active: Sha256.nullable(),
});
export type CustomResult = z.infer<typeof CustomResult>;

/** What is known of the folder now. `notice` is still to be told. */
export const CustomState = z.strictObject({
  v: z.literal(1),
  result: CustomResult,
  /** Key of that result, which stays when the next one comes. */
  resultKey: z.string(),
  active: z.strictObject({ sha256: Sha256, since: Timestamp }).nullable(),
  notice: z
    .strictObject({ subject: z.string(), text: z.string(), attributes: z.record(z.string(), z.string()) })
    .nullable(),
});
export type CustomState = z.infer<typeof CustomState>;

/** Files by their path below the folder. The name of a set is the SHA-256 of its bytes. */
const CustomSet = z.strictObject({ v: z.literal(1), files: z.record(z.string(), z.string()) });

/** The state with the version to replace it by; throws `custom-state-invalid`. */
export async function readState(
  objects: Pick<Objects, 'get'>,
): Promise<{ state: CustomState; version: string } | undefined> {
  const stored = await objects.get(STATE_KEY);
  if (stored === undefined) return undefined;
  return { state: parse(CustomState, STATE_KEY, stored.bytes), version: stored.version };
}

/** Replaces the state that was read; false where another one stands there by now. */
export async function writeState(objects: Objects, state: CustomState, version: string | undefined): Promise<boolean> {
  return (await objects.replace(STATE_KEY, bytesOf(state), version)) === 'replaced';
}

/** Keeps a result for good, and returns its key. */
export async function keepResult(objects: Objects, result: CustomResult): Promise<string> {
  const key = `${RESULTS}${result.at.replaceAll(':', '-')}-${result.folder.slice(0, 16)}.json`;
  await objects.create(key, bytesOf(result));
  return key;
}

/** Keeps files as a set that never changes, and returns its hash. */
export async function keepSet(
  objects: Objects,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<string> {
  const bytes = bytesOf({ v: 1, files: Object.fromEntries(files.map((it) => [it.path, it.text])) });
  const sha256 = sha256Hex(bytes);
  await objects.create(`${SETS}${sha256}.json`, bytes);
  return sha256;
}

/** The files of a set. Throws `custom-set-missing` and `custom-set-altered`. */
export async function readSet(
  objects: Pick<Objects, 'get'>,
  sha256: string,
): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const key = `${SETS}${Sha256.parse(sha256)}.json`;
  const stored = await objects.get(key);
  if (stored === undefined) throw new WitnessmarkError('custom-set-missing', `${key} is missing from the store`);
  if (sha256Hex(stored.bytes) !== sha256)
    throw new WitnessmarkError('custom-set-altered', `${key} does not hash to its name: it was altered`);
  const { files } = parse(CustomSet, key, stored.bytes);
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

const Choice = z.strictObject({ v: z.literal(1), custom: Sha256.nullable() });
type Choice = z.infer<typeof Choice>;

/** Which set somebody has chosen; undefined where nobody has yet. */
export async function readChoice(objects: Pick<Objects, 'get'>, key: string): Promise<Choice | undefined> {
  const stored = await objects.get(key);
  return stored && parse(Choice, key, stored.bytes);
}

/** Keeps a choice; the first one stays. */
export async function keepChoice(objects: Pick<Objects, 'create'>, key: string, choice: Choice): Promise<void> {
  await objects.create(key, bytesOf(choice));
}

const bytesOf = (value: object): Uint8Array => new TextEncoder().encode(canonicalize(value));

function parse<T>(schema: z.ZodType<T>, key: string, bytes: Uint8Array): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new WitnessmarkError('custom-state-invalid', `${key} is not what was written there`, {
      hint: 'restore an earlier version of the object',
      cause,
    });
  }
}
