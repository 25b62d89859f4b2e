import type { LambdaContext } from '../../functions/wrap.ts';

/** A context of Lambda with as much time as is said, by default all of it. */
export const contextOf = (remaining: () => number = () => 900_000): LambdaContext => ({
  functionName: 'witnessmark-test',
  awsRequestId: '0f2b0e5c-0000-4000-8000-000000000000',
  getRemainingTimeInMillis: remaining,
});

export type Line = Record<string, unknown>;

/** Takes log lines and parses each: what is not JSON fails. Metrics, which CloudWatch takes out, are apart. */
export function logged(): { lines: Line[]; metrics: Line[]; write: (line: string) => void } {
  const [lines, metrics]: [Line[], Line[]] = [[], []];
  const write = (text: string): void => {
    const line = JSON.parse(text) as Line;
    ('_aws' in line ? metrics : lines).push(line);
  };
  return { lines, metrics, write };
}
