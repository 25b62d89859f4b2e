import { formatProblem } from '../../catalog/problem.ts';
import { oneLine } from '../one-line.ts';
import type { CustomResult, CustomState } from './state.ts';

type Notice = NonNullable<CustomState['notice']>;

/** Problems in a message; the result has more of them. */
const MAX_LINES = 20;
const MAX_LINE = 300;

interface News {
  readonly before: CustomState | undefined;
  readonly result: CustomResult;
  readonly resultKey: string;
  readonly active: CustomState['active'];
}

/**
 * What people are told of a result: that files were refused, or refused for other reasons than before; that they are
 * right again; and that another set is active. Null where nothing of this is new.
 */
export function noticeOf(news: News): Notice | null {
  const { before, result, active } = news;
  if (result.status === 'refused') return isRefusedAlike(news) ? (before?.notice ?? null) : refused(news);
  const wasRefused = before?.result.status === 'refused';
  const isSame = before?.active?.sha256 === active?.sha256;
  if (isSame && !wasRefused) return before?.notice ?? null;
  return notice(news, wasRefused ? 'mended' : 'changed', [
    wasRefused ? 'The files in custom/ are right again.' : 'The files in custom/ have changed and are right.',
    active === null
      ? 'No custom set is active any more: the folder has no YAML file.'
      : `The custom set ${active.sha256} is active since ${active.since}.`,
    'Runs that begin from now on judge by it. A run that has begun goes on with what its plan names.',
  ]);
}

function isRefusedAlike({ before, result }: News): boolean {
  if (before?.result.status !== 'refused') return false;
  const textOf = ({ problems, more }: CustomResult): string => JSON.stringify([problems, more]);
  return textOf(before.result) === textOf(result);
}

function refused(news: News): Notice {
  const { result, active } = news;
  const shown = result.problems.filter((it) => it.severity === 'error').slice(0, MAX_LINES);
  const left = result.problems.length + result.more - shown.length;
  return notice(news, 'refused', [
    'The files in custom/ were refused, all of them: a set is taken over whole or not at all.',
    active === null
      ? 'No custom set is active: runs judge by what comes with Witnessmark alone.'
      : `The set that was active stays active: ${active.sha256}, since ${active.since}.`,
    '',
    // Files say what problems quote of them.
    ...shown.map((it) => oneLine(`${formatProblem(it)} [${it.code}]`, MAX_LINE)),
    ...(left > 0 ? [`and ${left} more`] : []),
  ]);
}

const SUBJECTS = {
  refused: 'custom controls refused',
  mended: 'custom controls mended',
  changed: 'custom controls changed',
};

function notice({ result, resultKey }: News, what: keyof typeof SUBJECTS, lines: readonly string[]): Notice {
  const text = [...lines, '', result.summary, `Judged at ${result.at}. The whole result: ${resultKey}`, ''].join('\n');
  const subject = `Witnessmark: ${SUBJECTS[what]}`;
  return { subject, text, attributes: { about: 'custom', custom: what } };
}
