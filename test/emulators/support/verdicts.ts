import { columns } from '../../../src/cli/output.ts';

interface Verdict {
  readonly tool: string;
  readonly verdict: string;
  readonly altered: string;
}

/** What the tools said, for a table at the end of the run. */
export interface Verdicts {
  add(verdict: Verdict): void;
  print(title: string): void;
}

export function verdictTable(): Verdicts {
  const rows: Verdict[] = [];
  return {
    add: (verdict) => rows.push(verdict),
    print(title) {
      const head = ['TOOL', 'VERDICT', 'ALTERED COPY NOTICED?'];
      const lines = columns([head, ...rows.map((it) => [it.tool, it.verdict, it.altered])]);
      console.log(`\n${title}\n${lines.join('\n')}\n`);
    },
  };
}
