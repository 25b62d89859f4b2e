import { byText } from '../../model/by-text.ts';

/** One thing that is wrong, and the object that is. */
export interface Finding {
  /** Stable and kebab-case: `ledger-tile-differs`. */
  readonly code: string;
  /** `warning`: nothing is lost or false, yet somebody should know. */
  readonly severity: 'error' | 'warning';
  /** Key of the object; `notary` for the notary's state. */
  readonly object: string;
  readonly message: string;
}

/** Findings that are kept; a store that is all wrong must not fill the memory. */
const MAX_FINDINGS = 10_000;

/** Collects findings in any order. */
export interface Report {
  error(code: string, object: string, message: string): void;
  warning(code: string, object: string, message: string): void;
  /** All findings: errors first, then by object. */
  findings(): Finding[];
}

/** `found` are findings that are there before. */
export function createReport(found: readonly Finding[] = []): Report {
  const all: Finding[] = [...found];
  let more = 0;
  const add = (finding: Finding) => {
    if (all.length < MAX_FINDINGS) all.push(finding);
    else more += 1;
  };
  return {
    error: (code, object, message) => add({ code, severity: 'error', object, message }),
    warning: (code, object, message) => add({ code, severity: 'warning', object, message }),
    findings() {
      const sorted = all.toSorted((a, b) => byText(a.severity, b.severity) || byText(a.object, b.object));
      const message = `${more} more findings are not shown`;
      return more === 0
        ? sorted
        : [...sorted, { code: 'ledger-findings-cut', severity: 'error', object: 'checkpoint', message }];
    },
  };
}
