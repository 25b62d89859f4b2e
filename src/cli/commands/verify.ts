import { renderVerify } from '../../pack/verify/render.ts';
import type { VerifyOptions } from '../../pack/verify/types.ts';
import { verifyPackAt } from '../../pack/verify/verify-at.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions } from '../output.ts';
import { EXIT } from '../output.ts';
import { readPolicy, readSmall, verifierKeysOf } from '../verifier-keys.ts';

interface Options extends CommonOptions {
  readonly key?: readonly string[];
  readonly policy?: string;
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
          .option(
            '--policy <file>',
            'C2SP tlog-policy: the logs and witnesses that you trust, and how many of these it takes',
          )
          .option('--root <file>', 'root certificate from elsewhere than the pack')
          .option('--tsa-root <file>', 'certificates of time-stamping authorities from elsewhere than the pack')
          .option('--require-timestamps', 'refuse a pack whose checkpoint, PDF or statement has no timestamp')
          .option('--since <file>', 'a checkpoint kept from earlier: the ledger must extend it'),
    },
    async ({ args: [pack = ''], options, out }) => {
      const result = await verifyPackAt(pack, await given(options));
      out.emit(result);
      for (const line of renderVerify(result).trimEnd().split('\n')) out.print(line);
      return result.ok ? EXIT.good : EXIT.no;
    },
  );

/** What the reader brings from elsewhere than the pack. */
async function given({ key, policy, since, tsaRoot, root, requireTimestamps }: Options): Promise<VerifyOptions> {
  const read = async <T>(path: string | undefined, reader: (path: string) => Promise<T>) =>
    path === undefined ? undefined : reader(path);
  const options = {
    verifierKeys: key && (await verifierKeysOf(key)),
    policy: await read(policy, readPolicy),
    since: await read(since, readSmall),
    timestampRoots: await read(tsaRoot, readSmall),
    trustedRoot: await read(root, readSmall),
    requireTimestamps,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
