import { addCosignatures } from '../../../app/cosign.ts';
import { command } from '../../command.ts';
import { EXIT } from '../../output.ts';
import { withStore } from '../../session.ts';
import { readSmall } from '../../verifier-keys.ts';

export const addWitnessCommand = () =>
  command(
    {
      name: 'add',
      description: 'take in a checkpoint that a witness has cosigned elsewhere',
      configure: (it) => it.argument('<checkpoint>', 'the cosigned checkpoint, as `witness cosign` wrote it'),
    },
    ({ args: [path = ''], options, out }) =>
      withStore(options, async (store) => {
        const note = Buffer.from(await readSmall(path));
        const { size, witnesses } = await addCosignatures(store, note);
        out.emit({ size, witnesses });
        out.print(`the checkpoint of ${size} entries is cosigned by ${witnesses.join(', ')}`);
        return EXIT.good;
      }),
  );
