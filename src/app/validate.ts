import type { Catalogue } from '../catalog/catalogue.ts';
import { lintCatalogue } from '../catalog/lint.ts';
import type { Problem } from '../catalog/problem.ts';

/** What is wrong with a catalogue, in place order, and the sentence that sums it up. */
export interface Validation {
  readonly problems: readonly Problem[];
  readonly errors: number;
  readonly warnings: number;
  readonly summary: string;
}

/** Lints a catalogue, examples included; with `under`, what files below that folder hold. */
export function validate(catalogue: Catalogue, { under = '' } = {}): Validation {
  const problems = lintCatalogue(catalogue, { under });
  const errors = problems.filter((it) => it.severity === 'error').length;
  const warnings = problems.length - errors;
  const count = (of: Iterable<{ readonly file: string }>): number =>
    [...of].filter((it) => it.file.startsWith(under)).length;
  const frameworks = under === '' ? catalogue.frameworks.size : count(catalogue.documents.map((it) => it.place));
  const { checks, events } = catalogue;
  const summary = `${count(checks.values())} checks, ${count(events.values())} event selectors, ${frameworks} frameworks: ${errors} errors, ${warnings} warnings`;
  return { problems, errors, warnings, summary };
}
