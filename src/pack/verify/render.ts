import type { Finding, StepResult, VerifyResult } from './types.ts';

/** Most findings of one step that are shown; the result itself holds more. */
const SHOWN = 20;

/** The result as plain lines: a mark and a word, so that neither colour nor a symbol alone says it. */
export function renderVerify(result: VerifyResult): string {
  return [
    ...result.steps.flatMap(stepLines),
    ...result.warnings.map((warning) => `! warning  ${warning}`),
    '',
    result.ok
      ? '✓ verified: nothing is wrong with this pack'
      : `✗ not verified: ${failed(result)} of ${result.steps.length} steps failed`,
    '',
  ].join('\n');
}

const failed = (result: VerifyResult): number => result.steps.filter((it) => !it.ok).length;

function stepLines({ ok, code, title, findings, notes }: StepResult): string[] {
  const hidden = findings.length - SHOWN;
  return [
    `${ok ? '✓ ok    ' : '✗ failed'} ${code.padEnd(18)} ${title}`,
    ...findings.slice(0, SHOWN).map((finding) => `           ${placeOf(finding)}: ${printable(finding.message)}`),
    ...(hidden > 0 ? [`           and ${hidden} more`] : []),
    ...notes.map((note) => `           note: ${note}`),
  ];
}

const placeOf = ({ file, line }: Finding): string => printable(line === undefined ? file : `${file}:${line}`);

/** Names and texts out of a pack must not steer the reader's terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
