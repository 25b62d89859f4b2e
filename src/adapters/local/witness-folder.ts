import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256Hex } from '../../ledger/canonical.ts';
import { witnessKeyOf } from '../../ledger/cosignature.ts';
import type { NotaryState } from '../../ledger/notary.ts';
import { notaryStateIn } from '../../ledger/notary-state.ts';
import { WitnessmarkError } from '../../model/error.ts';
import type { Signer } from '../../ports/signer.ts';
import { onDisk } from './disk-error.ts';
import { makeFolder, syncFolder, writeNew } from './durable.ts';
import { createKeyFile, keyFileSigner } from './key-file.ts';
import { folderObjects } from './objects.ts';

/** `witness.json`: what makes a folder that of a witness. */
const WitnessFile = z.strictObject({ v: z.literal(1), name: z.string().min(1) });

const FILE = 'witness.json';
const KEY = 'keys/witness.pem';

/** A witness on this machine: its name, its key, and what it remembers of each log. */
export interface WitnessFolder {
  readonly name: string;
  readonly signer: Signer;
  stateOf(origin: string): NotaryState;
}

/**
 * Makes the folder of a new witness and its key. Throws `witness-exists` rather than touch one that is
 * there: a witness with another key, or without its memory, is another witness.
 */
export async function initWitness(folder: string, name: string): Promise<void> {
  if (existsSync(join(folder, FILE))) {
    throw new WitnessmarkError('witness-exists', `${folder} holds a witness already`, { hint: 'use it as it is' });
  }
  await onDisk(folder, async () => {
    await makeFolder(folder);
    await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
    // Of an interrupted call; nobody was told of it.
    if (!existsSync(join(folder, KEY))) await createKeyFile(join(folder, KEY), 'Ed25519');
    witnessKeyOf(name, await (await keyFileSigner(join(folder, KEY))).publicKey());
    const draft = join(folder, 'keys', `${randomUUID()}.json`);
    await writeNew(draft, Buffer.from(`${JSON.stringify({ v: 1, name }, undefined, 2)}\n`));
    // Last and at once, so that a folder with this file is a whole witness.
    await rename(draft, join(folder, FILE));
    await syncFolder(folder);
  });
}

/** Opens the folder of a witness. Throws `witness-missing`, `witness-invalid`, or what its key file throws. */
export async function openWitness(folder: string): Promise<WitnessFolder> {
  if (!existsSync(join(folder, FILE))) {
    throw new WitnessmarkError('witness-missing', `${folder} holds no witness`, {
      hint: `run \`witnessmark witness init --dir ${folder} --name NAME\` first`,
    });
  }
  const states = folderObjects(join(folder, 'state'));
  return {
    name: await readName(folder),
    signer: await keyFileSigner(join(folder, KEY)),
    // A hash, because an origin is no name for a file.
    stateOf: (origin) => notaryStateIn(states, `${sha256Hex(origin)}.json`),
  };
}

async function readName(folder: string): Promise<string> {
  try {
    return WitnessFile.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8'))).name;
  } catch (cause) {
    throw new WitnessmarkError('witness-invalid', `${join(folder, FILE)} is not a witness file of this version`, {
      cause,
    });
  }
}
