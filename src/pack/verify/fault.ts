import { messageOf, WitnessmarkError } from '../../model/error.ts';
import type { Finding } from './types.ts';

/** A finding on its way up: thrown where a file cannot be used at all, caught by the step that needs it. */
export class PackFault extends WitnessmarkError {
  readonly finding: Finding;

  constructor(finding: Finding, cause?: unknown) {
    super('pack-fault', `${finding.file}: ${finding.message}`, { cause });
    this.finding = finding;
  }
}

/** The finding in anything that was thrown while `file` was looked at. */
export function findingOf(thrown: unknown, file: string): Finding {
  if (thrown instanceof PackFault) return thrown.finding;
  const kind = thrown instanceof RangeError ? 'too deeply nested or too large' : messageOf(thrown);
  return { file, message: kind.slice(0, 1000) };
}

/** A file that is there and cannot be read (a damaged zip member, a permission). */
export function unreadable(path: string, thrown: unknown): PackFault {
  return new PackFault({ file: path, message: `cannot be read: ${findingOf(thrown, path).message}` }, thrown);
}

/** Runs a parser over a file; whatever it throws becomes the finding that the file is wrong. */
export function within<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new PackFault(findingOf(thrown, file), thrown);
  }
}

/** Most findings that one step lists; corrupting one hash can make a finding for every item. */
export const MAX_FINDINGS = 1000;

/** A list that stops growing, and says so. */
export function findingList(): { readonly findings: Finding[]; add(finding: Finding): void } {
  const findings: Finding[] = [];
  const add = (finding: Finding): void => {
    if (findings.length < MAX_FINDINGS) findings.push(finding);
    if (findings.length === MAX_FINDINGS) {
      findings.push({ file: finding.file, message: `more than ${MAX_FINDINGS} findings; the others are left out` });
    }
  };
  return { findings, add };
}
