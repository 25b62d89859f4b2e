import { readFile } from 'node:fs/promises';
import { type Policy, parsePolicy } from '../ledger/policy.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';

/** Largest key, certificate or checkpoint file that is read. */
const MAX_BYTES = 64 * 1024;

/** The verifier keys that `--key` options name: a key itself, or a file with one key a line. */
export async function verifierKeysOf(options: readonly string[]): Promise<string[]> {
  return (await Promise.all(options.map(keysOf))).flat();
}

async function keysOf(text: string): Promise<string[]> {
  if (/^[^\s+]+\+[0-9a-f]{8}\+\S+$/.test(text)) return [text];
  return (await readSmall(text)).split('\n').filter((line) => line.trim() !== '');
}

/** A small text file that an option names. */
export async function readSmall(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new WitnessmarkError('usage-unreadable', `${path}: ${messageOf(cause)}`, { cause });
  });
  if (bytes.length <= MAX_BYTES) return bytes.toString('utf8');
  throw new WitnessmarkError(
    'usage-unreadable',
    `${path}: ${bytes.length} bytes are more than the ${MAX_BYTES} that such a file may have`,
  );
}

/** The policy in a file. Throws `policy-malformed`, which names the line. */
export const readPolicy = async (path: string): Promise<Policy> => parsePolicy(Buffer.from(await readSmall(path)));
