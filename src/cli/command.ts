import { Command } from 'commander';
import type { CommonOptions, Exit, Output } from './output.ts';
import { createOutput } from './output.ts';

/** Adds a value to a repeatable option: `--region a --region b`. */
export const collected = (value: string, previous: readonly string[] | undefined): readonly string[] => [
  ...(previous ?? []),
  value,
];

/**
 * A command with the options that all share. The action gets its arguments, its options and where
 * to write, and says how it ended.
 */
export function command<Options extends CommonOptions>(
  spec: { name: string; description: string; configure?: (command: Command) => Command },
  action: (context: { args: readonly string[]; options: Options; out: Output }) => Promise<Exit>,
): Command {
  const made = new Command(spec.name)
    .description(spec.description)
    .option('--store <place>', 'where the evidence is kept: a folder, or s3://bucket/prefix', './witnessmark-store')
    .option('--json', 'print one JSON document, or JSON Lines for lists, on stdout')
    .option('--quiet', 'no progress and no messages on stderr');
  const configured = spec.configure ? spec.configure(made) : made;
  return configured.action(async () => {
    const options = configured.opts<Options>();
    // Set rather than returned, so that output that is still being written is not cut off.
    process.exitCode = await action({ args: configured.args, options, out: createOutput(options) });
  });
}
