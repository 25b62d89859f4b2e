import { useWitnesses } from '../../../adapters/local/store.ts';
import { parsePolicy, wordsOf } from '../../../ledger/policy.ts';
import { command } from '../../command.ts';
import { EXIT } from '../../output.ts';
import { folderOf } from '../../store-place.ts';
import { readSmall } from '../../verifier-keys.ts';

export const useCommand = () =>
  command(
    {
      name: 'use',
      description: "have a store's checkpoints cosigned by the witnesses of a policy",
      configure: (it) => it.argument('<policy>', 'a C2SP tlog-policy; its witnesses with a URL are asked'),
    },
    async ({ args: [path = ''], options, out }) => {
      const text = Buffer.from(await readSmall(path));
      const policy = parsePolicy(text);
      await useWitnesses(folderOf(options.store), text);
      const asked = policy.witnesses.filter((it) => it.url !== undefined);
      const quorum = policy.quorum === undefined ? 'none' : wordsOf(policy.quorum);
      out.emit({ store: options.store, witnesses: asked.map(({ name, url }) => ({ name, url })), quorum });
      for (const { name, url } of asked) out.print(`witness  ${name} at ${url}`);
      out.print(`quorum   ${quorum}`);
      return EXIT.good;
    },
  );
