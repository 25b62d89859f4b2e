import type { Command } from 'commander';
import { printable } from './printable.ts';

/**
 * Every command, in the order in which the help shows them. Each is loaded when it is called: what
 * verifies a pack needs neither AWS nor a store, and must not wait for them.
 */
const COMMANDS: Readonly<Record<string, () => Promise<() => Command>>> = {
  init: async () => (await import('./commands/init.ts')).initCommand,
  collect: async () => (await import('./commands/collect.ts')).collectCommand,
  ingest: async () => (await import('./commands/ingest.ts')).ingestCommands,
  evidence: async () => (await import('./commands/evidence.ts')).evidenceCommands,
  alerts: async () => (await import('./commands/alerts.ts')).alertsCommand,
  evaluate: async () => (await import('./commands/evaluate.ts')).evaluateCommand,
  assess: async () => (await import('./commands/assess.ts')).assessCommand,
  report: async () => (await import('./commands/report.ts')).reportCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  page: async () => (await import('./commands/page.ts')).pageCommand,
  audit: async () => (await import('./commands/audit.ts')).auditCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  keys: async () => (await import('./commands/keys.ts')).keysCommands,
  witness: async () => (await import('./commands/witness.ts')).witnessCommands,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  framework: async () => (await import('./commands/framework.ts')).frameworkCommands,
  check: async () => (await import('./commands/check.ts')).checkCommands,
};

/** Adds the command that is asked for, or all of them where none of them is: for the help and for suggestions. */
export async function registerCommands(program: Command, argv: readonly string[]): Promise<void> {
  const [name = ''] = argv;
  const wanted = Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS);
  for (const id of wanted) {
    const made = (await COMMANDS[id]?.())?.();
    if (!made) continue;
    // Its messages repeat what was typed, which a script may have taken from a name.
    for (const it of [program, made, ...made.commands])
      it.exitOverride().configureOutput({ outputError: (text, write) => write(printable(text)) });
    program.addCommand(made);
  }
}
