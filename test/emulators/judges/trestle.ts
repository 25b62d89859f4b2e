import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../support/run.ts';
import { OSCAL } from './files.ts';
import { type Judge, oneByOne, only, type Pack, pythonVersion, TRESTLE, type Verdict, verdictOf } from './judge.ts';

/** Compliance-trestle, which takes files in a workspace of its own alone. */
export const trestle: Judge = {
  name: 'compliance-trestle validate',
  short: 'trestle',
  version: () => pythonVersion('compliance-trestle'),
  reads: only(OSCAL),
  cannotNotice: {
    'oscal null': 'it takes null for a member that is left out',
    'oscal dangling reference': 'it does not follow references between UUIDs',
  },
  judge: oneByOne(judge),
};

async function judge({ folder, work }: Pack): Promise<Verdict> {
  const workspace = join(work, 'trestle');
  const file = 'assessment-results/report/assessment-results.json';
  await mkdir(join(workspace, 'assessment-results/report'), { recursive: true });
  await copyFile(join(folder, OSCAL), join(workspace, file));
  await run(TRESTLE, ['init', '--local'], { cwd: workspace });
  return verdictOf(await run(TRESTLE, ['validate', '-f', file], { cwd: workspace }), { words: [/\bVALID\b/] });
}
