import { Command, CommanderError } from 'commander';
import { version } from '../app/software.ts';
import { WitnessmarkError } from '../model/error.ts';
import { registerCommands } from './commands.ts';
import { EXIT } from './output.ts';
import { printableLines } from './printable.ts';

/** Runs the command line once. Sets `process.exitCode`; see EXIT for what the codes mean. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('witnessmark')
    .description(
      'Collects audit evidence from AWS, seals it in a verifiable ledger, and renders signed assessment reports.',
    )
    .version(version)
    .showHelpAfterError('(see --help)')
    // An option belongs to the command that it follows: `report` and `report diff` both have `--json`.
    .enablePositionalOptions()
    .exitOverride();
  await registerCommands(program, argv);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    process.exitCode = failed(error);
  }
}

function failed(error: unknown): number {
  // Commander has printed its own message already; help and version are no failures.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage;
  if (error instanceof WitnessmarkError) {
    process.stderr.write(`witnessmark: ${printableLines(error.message)} [${error.code}]\n`);
    if (error.hint) process.stderr.write(`  hint: ${printableLines(error.hint)}\n`);
    return EXIT.usage;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`witnessmark: unexpected error, please report it: ${printableLines(what)}\n`);
  return EXIT.usage;
}

// A reader that closes the pipe early (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.good);
  throw error;
});

await main(process.argv.slice(2));
