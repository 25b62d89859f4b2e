import { writeFile } from 'node:fs/promises';
import { WitnessmarkError } from '../../../model/error.ts';
import { command } from '../../command.ts';
import { cosignRequest } from '../../cosign-request.ts';
import { EXIT, oneLine } from '../../output.ts';
import { type WitnessOptions, withLogs, withWitnessFolder, witnessOf } from '../../witness.ts';

interface Options extends WitnessOptions {
  readonly out?: string;
}

export const cosignCommand = () =>
  command<Options>(
    {
      name: 'cosign',
      description: 'cosign one checkpoint, offline, from files',
      configure: (it) =>
        withLogs(withWitnessFolder(it))
          .argument('<from>', "a log's folder, a pack, a checkpoint, or the body of an add-checkpoint request")
          .option('--out <file>', 'where the cosigned checkpoint is written (default: stdout)'),
    },
    async ({ args: [from = ''], options, out }) => {
      const { witness, ...known } = await witnessOf(options);
      const { body, note } = await cosignRequest(from, known);
      const reply = await witness.addCheckpoint(Buffer.from(body));
      if (reply.status !== 200) {
        out.emit({ status: reply.status, message: reply.body.trim() });
        out.print(`✗ not cosigned: ${refusal(reply.status, oneLine(reply.body))}`);
        return EXIT.no;
      }
      const cosigned = `${note}${reply.body}`;
      out.emit({ status: 200, verifierKey: witness.key.vkey, cosignature: reply.body.trimEnd(), checkpoint: cosigned });
      if (options.out === undefined) out.print(cosigned.trimEnd());
      else await written(options.out, cosigned);
      out.note('The log takes it in with `witnessmark witness add <file>`.');
      return EXIT.good;
    },
  );

/** What the numbers of C2SP tlog-witness mean, for somebody who has not read it. */
function refusal(status: number, body: string): string {
  if (status === 409)
    return `this witness stands for ${body.trim()} entries of this log, and not for a tree that this one extends`;
  if (status === 404) return 'the log is none of those that --log names';
  if (status === 403) return `the checkpoint is not signed by the log: ${body}`;
  if (status === 422) return `HISTORY WAS REWRITTEN, or the proof is damaged: ${body}; keep both checkpoints`;
  return body;
}

async function written(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    throw new WitnessmarkError('usage-unwritable', `${path}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  });
}
