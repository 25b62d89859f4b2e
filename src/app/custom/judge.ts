import type { Catalogue } from '../../catalog/catalogue.ts';
import { withOwn } from '../../catalog/own.ts';
import { type Problem, sortProblems } from '../../catalog/problem.ts';
import { within } from '../../evaluate/time-limit.ts';
import { canonicalize, sha256Hex } from '../../ledger/canonical.ts';
import { WitnessmarkError } from '../../model/error.ts';
import type { Uploads } from '../../ports/uploads.ts';
import { type Validation, validate } from '../validate.ts';
import { FOLDER, type Folder, LIMITS, readFolder } from './folder.ts';

/** All files together, examples included, in milliseconds. */
const LIMIT_MS = 30_000;

/** A catalogue with files of the folder `custom` over it; see `withOwn`. */
export function layOver(base: Catalogue, files: readonly { path: string; text: string }[]): Catalogue {
  return withOwn(base, {
    root: FOLDER,
    files: files.map(({ path, text }) => ({ path: `${FOLDER}/${path}`, text })),
    digest: (value) => sha256Hex(canonicalize(value)),
  });
}

/** Everything that is wrong with a folder. Ends in time whatever the files say, and never throws for them. */
export function judgeFolder(base: Catalogue, { files, problems }: Folder, limit = LIMIT_MS): Validation {
  const found = judged(base, files, limit);
  if (problems.length === 0) return found;
  // While a file could not be read, others that refer to it are wrong for that reason alone.
  const own = found.problems.filter((it) => !(it.code.endsWith('-unknown') || it.code === 'catalog-unused'));
  return summed(found.summary, sortProblems([...problems, ...own]));
}

/** Judges a folder that is still to be uploaded as it will be judged then. Throws `custom-busy` while it is written to. */
export async function validateFolder(base: Catalogue, uploads: Uploads): Promise<Validation> {
  const folder = await readFolder(uploads, await uploads.list(LIMITS.listed));
  if (folder !== undefined) return judgeFolder(base, folder);
  throw new WitnessmarkError('custom-busy', 'the folder changed while it was read', { hint: 'try again' });
}

function judged(base: Catalogue, files: Folder['files'], limit: number): Validation {
  try {
    return within(limit, () => validate(layOver(base, files), { under: `${FOLDER}/` }));
  } catch (thrown) {
    const isSlow = thrown instanceof WitnessmarkError && thrown.code === 'evaluate-too-slow';
    if (!isSlow && !(thrown instanceof RangeError)) throw thrown;
    const message = isSlow
      ? `these files take longer than ${limit} ms to read and to try their examples`
      : `these files cannot be judged: ${thrown.message}`;
    const problem: Problem = { file: FOLDER, line: 1, column: 1, severity: 'error', code: 'custom-too-slow', message };
    return summed('0 checks, 0 event selectors, 0 frameworks:', [problem]);
  }
}

function summed(summary: string, problems: readonly Problem[]): Validation {
  const errors = problems.filter((it) => it.severity === 'error').length;
  const warnings = problems.length - errors;
  const counts = summary.slice(0, summary.indexOf(':'));
  return { problems, errors, warnings, summary: `${counts}: ${errors} errors, ${warnings} warnings` };
}
