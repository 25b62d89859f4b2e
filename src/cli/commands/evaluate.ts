import { replayCloud } from '../../adapters/replay/cloud.ts';
import { type Committed, evaluate } from '../../app/evaluate.ts';
import { loadService } from '../../collect/services.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions, Output } from '../output.ts';
import { EXIT } from '../output.ts';
import { catalogue, withStore } from '../session.ts';
import { noteTimestamp } from '../timestamp-note.ts';

interface Options extends CommonOptions {
  readonly check?: readonly string[];
  readonly framework?: readonly string[];
}

export const evaluateCommand = () =>
  command<Options>(
    {
      name: 'evaluate',
      description: 'judge what earlier runs recorded with checks that are new since then; calls nobody',
      configure: (it) =>
        it
          .option('--check <id>', 'only this check (repeatable)', collected)
          .option(
            '--framework <file>',
            'a framework of your own whose check parameters are judged too (repeatable)',
            collected,
          ),
    },
    ({ options, out }) =>
      withStore(options, async (store) => {
        const result = await evaluate(store, {
          catalogue: await catalogue(options.framework),
          service: loadService,
          cloudOf: replayCloud,
          ...(options.check ? { sources: options.check.map((id) => `check:${id}`) } : {}),
          onTask: (done) => out.progress(done, undefined, 'recorded tasks judged'),
        });
        out.emit(result);
        const { outcomes } = result;
        out.print(
          `${result.tasks} recorded tasks judged by ${result.sources.length} new sources, ${result.entries} ledger entries written`,
        );
        out.print(
          `outcomes: ${outcomes.compliant} compliant, ${outcomes.non_compliant} non-compliant, ${outcomes.inconclusive} inconclusive, ${outcomes.not_applicable} not applicable`,
        );
        for (const source of result.sources) out.print(`  ${source}`);
        showCommitted(result.committed, out);
        noteTimestamp(result.timestamp, out);
        return outcomes.inconclusive + result.committed.length > 0 ? EXIT.incomplete : EXIT.good;
      }),
  );

/** What cannot be judged any more is no failure of today, but nobody may take it for judged. */
function showCommitted(committed: readonly Committed[], out: Output): void {
  if (committed.length === 0) return;
  out.note(
    'left unjudged, because what was sealed about later days commits to what was known before [evaluate-committed]:',
  );
  for (const { source, account, region, at } of committed.slice(0, 20))
    out.note(`  ${at}  ${account}/${region}  ${source}`);
  if (committed.length > 20) out.note(`  … and ${committed.length - 20} more (--json has them all)`);
}
