import type { JudgedSubject } from '../../src/app/judged.ts';
import type { Outcome } from '../../src/model/evidence.ts';

/** A text, or a pattern where the emulator made the name. */
type Said = string | { readonly $regex: string };

/** What the peer's own test expects of its check for one resource. */
export interface PeerVerdict {
  readonly status: 'PASS' | 'FAIL' | 'MANUAL';
  readonly resource_id: Said;
  readonly resource_arn: Said;
  readonly region: Said;
}

/**
 * How verdicts are laid side by side. `resource`: one of theirs for one of ours. `account`: theirs and ours speak of
 * the account, each through subjects of its own kind; the worst of ours and of theirs count. `somewhere`: as
 * `account`, but one subject that is in order is enough (a trail that covers all regions).
 */
export type Level = 'resource' | 'account' | 'somewhere';

export interface Compared {
  /** What is spoken of: our subject, their resource, or the account. */
  readonly about: string;
  readonly theirs: PeerVerdict['status'] | 'silent';
  readonly ours: Outcome | 'not seen';
  readonly reason: string;
  readonly agrees: boolean;
}

const AGREES: Readonly<Record<string, Outcome>> = { PASS: 'compliant', FAIL: 'non_compliant', MANUAL: 'inconclusive' };
const WORST: readonly Outcome[] = ['non_compliant', 'inconclusive', 'compliant', 'not_applicable'];
const BEST: readonly Outcome[] = ['compliant', 'non_compliant', 'inconclusive', 'not_applicable'];

/** Every verdict of theirs beside ours, and what only we found to be wrong. */
export function compare(level: Level, theirs: readonly PeerVerdict[], ours: readonly JudgedSubject[]): Compared[] {
  return level === 'resource' ? byResource(theirs, ours) : asWhole(level, theirs, ours);
}

function byResource(theirs: readonly PeerVerdict[], ours: readonly JudgedSubject[]): Compared[] {
  const matched = ours.map((subject) => ({ subject, verdicts: verdictsOn(subject, theirs) }));
  const unseen = theirs.filter((verdict) => !matched.some((it) => it.verdicts.includes(verdict)));
  return [
    ...matched.flatMap(({ subject, verdicts }) => {
      const theirStatus = worstOf(verdicts);
      return theirStatus === undefined ? [] : [compared(subject.subject, theirStatus, subject)];
    }),
    ...unseen.map((it) => compared(textOf(it.resource_arn), it.status, undefined)),
  ];
}

function asWhole(level: Level, theirs: readonly PeerVerdict[], ours: readonly JudgedSubject[]): Compared[] {
  const order = level === 'somewhere' ? BEST : WORST;
  const status = level === 'somewhere' ? bestOf(theirs) : worstOf(theirs);
  if (status === undefined) return [];
  const outcome = order.find((it) => ours.some((subject) => subject.outcome === it));
  return [
    compared(
      'the account',
      status,
      ours.find((it) => it.outcome === outcome),
    ),
  ];
}

function compared(about: string, theirs: PeerVerdict['status'], subject: JudgedSubject | undefined): Compared {
  const ours = subject?.outcome ?? 'not seen';
  return { about, theirs, ours, reason: subject?.reason ?? '', agrees: AGREES[theirs] === ours };
}

/** Those that name the subject; a pattern may stand for any resource, and counts only where none names it. */
function verdictsOn(subject: JudgedSubject, theirs: readonly PeerVerdict[]): PeerVerdict[] {
  const about = theirs.filter((it) => isAbout(it, subject));
  const named = about.filter((it) => typeof it.resource_id === 'string');
  return named.length > 0 ? named : about;
}

function isAbout({ resource_arn, resource_id }: PeerVerdict, { subject, name }: JudgedSubject): boolean {
  const tail = subject.split(/[/:]/).at(-1) ?? subject;
  return isSame(resource_arn, subject) || [subject, name, tail].some((it) => isSame(resource_id, it));
}

const isSame = (said: Said, text: string): boolean =>
  typeof said === 'string' ? said === text : new RegExp(`^(?:${said.$regex})$`, 's').test(text);

/** The name as it is, or its pattern. */
export const textOf = (said: Said): string => (typeof said === 'string' ? said : said.$regex);

const STATUSES = ['FAIL', 'MANUAL', 'PASS'] as const;
const worstOf = (verdicts: readonly PeerVerdict[]) => STATUSES.find((it) => verdicts.some((v) => v.status === it));
const bestOf = (verdicts: readonly PeerVerdict[]) =>
  STATUSES.toReversed().find((it) => verdicts.some((v) => v.status === it));
