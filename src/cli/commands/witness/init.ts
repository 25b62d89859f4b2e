import { initWitness, openWitness } from '../../../adapters/local/witness-folder.ts';
import { witnessKeyOf } from '../../../ledger/cosignature.ts';
import { command } from '../../command.ts';
import { type CommonOptions, EXIT } from '../../output.ts';
import { withWitnessFolder } from '../../witness.ts';

interface Options extends CommonOptions {
  readonly dir: string;
  readonly name: string;
}

export const initWitnessCommand = () =>
  command<Options>(
    {
      name: 'init',
      description: 'make a new witness with its key',
      configure: (it) =>
        withWitnessFolder(it).requiredOption(
          '--name <name>',
          'name in its cosignatures, such as auditor.example/witness',
        ),
    },
    async ({ options, out }) => {
      await initWitness(options.dir, options.name);
      const { name, signer } = await openWitness(options.dir);
      const { vkey } = witnessKeyOf(name, await signer.publicKey());
      out.emit({ dir: options.dir, name, verifierKey: vkey });
      out.print(`made a witness in ${options.dir}`);
      out.print(`verifier key  ${vkey}`);
      out.note(
        'Give the key to those who run the log and to those who verify packs: a policy names it in a `witness` line.',
      );
      out.note(
        `Keep ${options.dir} where nobody who runs the log can change it, and never reset it: its memory is the point.`,
      );
      return EXIT.good;
    },
  );
