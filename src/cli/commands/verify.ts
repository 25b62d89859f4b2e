import { renderVerify } from '../../pack/verify/render.ts';
import { verifyPackAt } from '../../pack/verify/verify-at.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions } from '../output.ts';
import { EXIT } from '../output.ts';
import { readSmall, verifierKeysOf } from '../verifier-keys.ts';

interface Options extends CommonOptions {
  readonly key?: readonly string[];
  readonly since?: string;
  readonly root?: string;
  readonly tsaRoot?: string;
  readonly requireTimestamps?: boolean;
}

export const verifyCommand = () =>
  command<Options>(
    {
      name: 'verify',
      description: 'verify a pack, offline and without a store',
      configure: (it) =>
        it
          .argument('<pack>', 'a pack: its folder or its zip')
          .option(
            '--key <vkey>',
            'verifier key from elsewhere than the pack, or a file of them (repeatable)',
            collected,
          )
          .option('--root <file>', 'root certificate from elsewhere than the pack')
          .option('--tsa-root <file>', 'certificates of time-stamping authorities from elsewhere than the pack')
          .option('--require-timestamps', 'refuse a pack whose checkpoint, PDF or statement has no timestamp')
          .option('--since <file>', 'a checkpoint kept from earlier: the ledger must extend it'),
    },
    async ({ args: [pack = ''], options, out }) => {
      const result = await verifyPackAt(pack, {
        ...(options.key ? { verifierKeys: await verifierKeysOf(options.key) } : {}),
        ...(options.since ? { since: await readSmall(options.since) } : {}),
        ...(options.tsaRoot ? { timestampRoots: await readSmall(options.tsaRoot) } : {}),
        ...(options.requireTimestamps ? { requireTimestamps: true } : {}),
        ...(options.root ? { trustedRoot: await readSmall(options.root) } : {}),
      });
      out.emit(result);
      for (const line of renderVerify(result).trimEnd().split('\n')) out.print(line);
      return result.ok ? EXIT.good : EXIT.no;
    },
  );
