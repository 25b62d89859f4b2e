import { X509Certificate } from 'node:crypto';
import { Command } from 'commander';
import { folderKeyRing, heldVerifierKeys, isRotating, retireKeys } from '../../adapters/local/key-ring.ts';
import { readStoreFile } from '../../adapters/local/store-file.ts';
import { type KeyUse, rotateKeys } from '../../app/rotate.ts';
import { parseVkey } from '../../ledger/note.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { command } from '../command.ts';
import { type CommonOptions, columns, EXIT } from '../output.ts';
import { withStore } from '../session.ts';
import { folderOf } from '../store-place.ts';

interface RotateOptions extends CommonOptions {
  readonly checkpoint?: boolean;
  readonly document?: boolean;
}

export const keysCommands = () =>
  new Command('keys')
    .description('the keys of a store, and how new ones take over')
    .addCommand(list())
    .addCommand(rotate())
    .addCommand(retire());

const list = () =>
  command({ name: 'list', description: 'every key that signs or has signed' }, ({ options, out }) =>
    withStore(options, async (store) => {
      const held = new Set((await heldVerifierKeys(folderOf(options.store), store.origin)).map(({ vkey }) => vkey));
      const keys = store.verifierKeys.map((vkey, at) => ({
        use: 'checkpoint',
        id: parseVkey(vkey).id,
        state: stateOf(at === store.verifierKeys.length - 1, held.has(vkey)),
        key: vkey,
      }));
      const certificate = new X509Certificate(store.certificates.signingPem);
      const document = {
        use: 'document',
        id: certificate.serialNumber.slice(0, 8).toLowerCase(),
        state: `signs, until ${new Date(certificate.validTo).toISOString()}`,
        key: `SHA-256 ${certificate.fingerprint256}`,
      };
      for (const key of [...keys, document]) out.emit(key);
      const rows = [...keys, document].map((it) => [it.use, it.id, it.state, it.key]);
      for (const line of columns([['USE', 'ID', 'STATE', 'KEY'], ...rows])) out.print(line);
      if (isRotating(options.store))
        out.note('a rotation was begun and not ended: run `witnessmark keys rotate` again');
      return EXIT.good;
    }),
  );

function stateOf(isNewest: boolean, isHeld: boolean): string {
  if (isNewest) return 'signs';
  return isHeld ? 'signs too, until retired' : 'retired';
}

const rotate = () =>
  command<RotateOptions>(
    {
      name: 'rotate',
      description: 'hand over to new keys; the old ones go on signing beside them until `keys retire`',
      configure: (it) =>
        it
          .option('--checkpoint', "a new key for the log's checkpoints")
          .option('--document', 'a new key and certificate for reports'),
    },
    async ({ options, out }) => {
      const named = await readStoreFile(folderOf(options.store));
      return withStore(options, async (store) => {
        const wasRotating = isRotating(options.store);
        const done = await rotateKeys(store, folderKeyRing(options.store, named), usesOf(options, wasRotating));
        out.emit(done);
        if (wasRotating) out.note('an interrupted rotation was ended; nothing else was begun');
        out.print(`rotated       ${done.uses.join(', ')}`);
        out.print(`handed over   in the checkpoint of ${done.size} entries`);
        out.print(`verifier key  ${done.verifierKeys.at(-1)}`);
        out.note('Give the new verifier key to your auditor. One who has the old one can follow the ledger to it.');
        out.note('The old checkpoint key signs too until `witnessmark keys retire`.');
        return EXIT.good;
      });
    },
  );

function usesOf({ checkpoint, document }: RotateOptions, isRotating: boolean): KeyUse[] {
  const uses: KeyUse[] = [
    ...(checkpoint ? (['checkpoint'] as const) : []),
    ...(document ? (['document'] as const) : []),
  ];
  if (uses.length > 0 || isRotating) return uses;
  throw new WitnessmarkError('usage-keys', 'which key is to be rotated was not said', {
    hint: 'give --checkpoint, --document, or both',
  });
}

const retire = () =>
  command(
    { name: 'retire', description: 'end the overlap: only the newest keys sign from now on' },
    ({ options, out }) =>
      withStore(options, async (store) => {
        await store.claim?.();
        const retired = await retireKeys(folderOf(options.store), store.origin);
        out.emit({ retired });
        out.print(retired.length === 0 ? 'no key was left to retire' : `retired ${retired.join(', ')}`);
        if (retired.length > 0) out.note('They are in keys/retired: keep them offline, or destroy them.');
        return EXIT.good;
      }),
  );
