import { replay } from '../../app/replay.ts';
import { command } from '../command.ts';
import { EXIT } from '../output.ts';
import { withStore } from '../session.ts';

export const replayCommand = () =>
  command({ name: 'replay', description: 'rebuild the query index from the ledger' }, ({ options, out }) =>
    withStore(options, async (store) => {
      const entries = await replay(store, (done, of) => out.progress(done, of, 'entries'));
      out.emit({ entries });
      out.print(`index rebuilt from ${entries} ledger entries`);
      return EXIT.good;
    }),
  );
