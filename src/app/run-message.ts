import type { Message } from '../ports/messages.ts';
import { VERDICTS } from '../report/words.ts';
import type { AssessedAll, PlannedResult } from './assess-all.ts';
import type { SealedBrief } from './collect/steps.ts';
import { oneLine } from './one-line.ts';

/** What the steps of a run came to; what is left out was not reached. */
export interface RunOutcome {
  readonly execution: string;
  readonly sealed?: SealedBrief | undefined;
  readonly assessed?: AssessedAll | undefined;
  /** Why it ended early: a code, and what was said. */
  readonly problem?:
    | { readonly code: string; readonly message: string; readonly hint?: string | undefined }
    | undefined;
}

const MOST_LISTED = 20;

/** What people are told when a run has ended: the worst first. Pure. */
export function runMessage({ execution, sealed, assessed, problem }: RunOutcome): Message {
  const failed = sealed?.failed ?? 0;
  const worse = assessed?.assessed.reduce((sum, it) => sum + it.newlyNotMet.length, 0) ?? 0;
  const status = problem !== undefined ? 'failed' : failed > 0 ? 'incomplete' : 'complete';
  const lines = [
    ...(problem === undefined
      ? []
      : [`The run ended early. ${problem.code}: ${oneLine(problem.message)}`, oneLine(problem.hint ?? '')]),
    ...(sealed === undefined ? ['Nothing was sealed.'] : sealedLines(sealed)),
    ...(assessed === undefined
      ? []
      : [...assessed.failed.map(failedLine), ...assessed.assessed.flatMap(assessedLines)]),
    `Execution ${execution}`,
  ];
  const told = problem !== undefined ? problem.code : `${failed} tasks not read, ${worse} controls newly not met`;
  return {
    subject: `Witnessmark: run ${status}: ${told}`,
    text: `${lines.filter((it) => it !== '').join('\n')}\n`,
    attributes: { kind: 'run', status, worse: String(worse) },
  };
}

function sealedLines({ run, at, expected, collected, failed, firstFailed, outcomes }: SealedBrief): string[] {
  const { compliant, non_compliant, inconclusive, not_applicable } = outcomes;
  const more = failed - firstFailed.length;
  return [
    `Run ${run} of ${at}: ${collected} of ${expected} tasks read whole.`,
    `Outcomes: ${non_compliant} non-compliant, ${inconclusive} inconclusive, ${compliant} compliant, ${not_applicable} not applicable.`,
    ...firstFailed.map(({ account, region, service, failures: [first] }) => {
      const why =
        first === undefined
          ? ''
          : `: ${first.operation} ${first.kind} ${oneLine(first.name)}: ${oneLine(first.message)}`;
      return `Not read whole: ${service} in ${account}/${region}${why}`;
    }),
    more > 0 ? `… and ${more} tasks more, in the run's record.` : '',
  ];
}

const failedLine = ({ framework, code, message }: AssessedAll['failed'][number]): string =>
  `${framework} could not be assessed. ${code}: ${oneLine(message)}`;

function assessedLines({ assessment, verdicts, newlyNotMet, noLongerNotMet }: PlannedResult): string[] {
  const counts = (Object.keys(VERDICTS) as (keyof typeof VERDICTS)[])
    .filter((it) => verdicts[it] > 0)
    .map((it) => `${verdicts[it]} ${VERDICTS[it].word.toLowerCase()}`);
  return [
    `${assessment}: ${counts.join(', ')}.`,
    listed('  Newly not met: ', newlyNotMet),
    listed('  No longer not met: ', noLongerNotMet),
  ];
}

const listed = (what: string, ids: readonly string[]): string =>
  ids.length === 0
    ? ''
    : `${what}${ids.slice(0, MOST_LISTED).join(', ')}${ids.length > MOST_LISTED ? ` and ${ids.length - MOST_LISTED} more` : ''}`;
