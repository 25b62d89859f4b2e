import type { Command } from 'commander';
import { openWitness } from '../adapters/local/witness-folder.ts';
import type { NotaryState } from '../ledger/notary.ts';
import { parseVkey, parseVkeys, type VerifierKey } from '../ledger/note.ts';
import { parsePolicy } from '../ledger/policy.ts';
import { createWitness, type Witness } from '../ledger/witness.ts';
import { collected } from './command.ts';
import type { CommonOptions } from './output.ts';
import { clock } from './session.ts';
import { readSmall } from './verifier-keys.ts';

/** Options of the commands that run a witness. */
export interface WitnessOptions extends CommonOptions {
  readonly dir: string;
  readonly log: readonly string[];
}

export const withWitnessFolder = (it: Command): Command =>
  it.option('--dir <folder>', 'the folder of the witness: its key and its memory', './witness');

export const withLogs = (it: Command): Command =>
  it.requiredOption(
    '--log <vkey>',
    'a log that is known: its verifier key, a file of them, or a policy with log lines (repeatable)',
    collected,
  );

/** The witness of a folder, ready to be asked, and its memory. */
export async function witnessOf(
  options: WitnessOptions,
): Promise<{ witness: Witness; logs: VerifierKey[]; stateOf: (origin: string) => NotaryState }> {
  const { name, signer, stateOf } = await openWitness(options.dir);
  const logs = (await Promise.all(options.log.map(logKeys))).flat();
  const now = () => Math.floor(Date.parse(clock.now()) / 1000);
  return { witness: await createWitness({ name, signer, logs, stateOf, now }), logs, stateOf };
}

async function logKeys(text: string): Promise<VerifierKey[]> {
  const isKey = /^[^\s+]+\+[0-9a-f]{8}\+\S+$/.test(text);
  if (isKey) return [parseVkey(text)];
  const found = Buffer.from(await readSmall(text));
  const isPolicy = /^[ \t]*(log|quorum)[ \t]/m.test(found.toString('latin1'));
  return isPolicy ? parsePolicy(found).logs.map(({ key }) => key) : parseVkeys(found);
}
