import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ReadmeStep {
  readonly number: number;
  readonly title: string;
  /** The lines that begin with four blanks, without these. */
  readonly commands: string;
}

/** The steps of a pack's README.txt, with the commands exactly as they are printed there. */
export async function readmeSteps(pack: string): Promise<ReadmeStep[]> {
  const lines = (await readFile(join(pack, 'README.txt'), 'utf8')).split('\n');
  const steps: { number: number; title: string; lines: string[] }[] = [];
  for (const line of lines) {
    const [, number, title] = /^(\d+)\. (.+)$/.exec(line) ?? [];
    if (number && title) steps.push({ number: Number(number), title, lines: [] });
    else if (line.startsWith('    ')) steps.at(-1)?.lines.push(line.slice(4));
  }
  return steps.map(({ lines: commands, ...step }) => ({ ...step, commands: commands.join('\n') }));
}
