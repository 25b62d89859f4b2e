import type { InconclusiveSubject } from '../../model/report.ts';
import type { Failure } from '../../model/retrieval.ts';
import { minute } from '../numbers.ts';
import { change } from './change.ts';
import type { End } from './ends.ts';
import { stateAtEnd } from './ends.ts';
import type { SourcePair } from './pair.ts';
import { sameSubject, strengthOf } from './pair.ts';
import type { Change, ChangeKind } from './types.ts';
import { subjectKey } from './types.ts';

/** Subjects that could not be judged: newly, still, or not any more, with the real error. */
export function inconclusiveChanges(pair: SourcePair): Change[] {
  const { before, after, source } = pair;
  const key = (it: InconclusiveSubject): string => subjectKey(source, it);
  const was = new Map((before?.inconclusive ?? []).map((it) => [key(it), it]));
  const is = new Map((after?.inconclusive ?? []).map((it) => [key(it), it]));
  return [
    ...[...is].map(([id, it]) => (was.has(id) ? stillOpen(pair, it) : newly(pair, it))),
    ...[...was].flatMap(([id, it]) => (is.has(id) ? [] : resolved(pair, it))),
  ];
}

function about(pair: SourcePair, kind: ChangeKind, it: InconclusiveSubject, parts: Partial<Change>): Change {
  const { subject, account, region } = it;
  const entries = pair.sides.refs(kind.startsWith('inconclusive_to') ? 'old' : 'new', [it.entry]);
  return change(kind, { source: pair.source, strength: strengthOf(pair), subject, account, region, entries, ...parts });
}

const since = (it: InconclusiveSubject): string[] => [
  `Since ${minute(it.since)}: ${it.reason}`,
  ...errorOf(it.failure),
];

const words = (end: End | undefined): string =>
  end === 'non_compliant' ? 'failing' : (end?.replace('_', ' ') ?? 'not known');

function newly(pair: SourcePair, it: InconclusiveSubject): Change {
  const wasOpen = pair.before?.failing.some((one) => one.to === null && sameSubject(one, it));
  const before = wasOpen ? 'failing' : words(stateAtEnd(pair.sides.old, pair.source, it));
  return about(pair, 'newly_inconclusive', it, { before, after: 'inconclusive', notes: since(it) });
}

const stillOpen = (pair: SourcePair, it: InconclusiveSubject): Change =>
  about(pair, 'still_inconclusive', it, { before: 'inconclusive', after: 'inconclusive', notes: since(it) });

const RESOLVED: Readonly<Record<string, ChangeKind>> = {
  compliant: 'inconclusive_to_compliant',
  non_compliant: 'inconclusive_to_failing',
  not_applicable: 'inconclusive_to_not_applicable',
  gone: 'inconclusive_to_gone',
};

function resolved(pair: SourcePair, it: InconclusiveSubject): Change[] {
  const { before, after, source, sides } = pair;
  const isOpen = after?.failing.some((one) => one.to === null && sameSubject(one, it));
  const wasOpen = before?.failing.some((one) => one.to === null && sameSubject(one, it));
  // A failure that begins here is listed as newly failing, with what it was before.
  if (isOpen && !wasOpen) return [];
  const end = isOpen ? 'non_compliant' : after ? stateAtEnd(sides.new, source, it) : undefined;
  const kind = RESOLVED[end ?? ''] ?? 'inconclusive_to_unknown';
  const why = after ? [] : ['The new report does not have this source under this control.'];
  const notes = [`In the old report, since ${minute(it.since)}: ${it.reason}`, ...errorOf(it.failure), ...why];
  return [about(pair, kind, it, { before: 'inconclusive', after: words(end), notes })];
}

/** The error that AWS answered with. */
export function errorOf(failure: Failure | null): string[] {
  if (failure === null) return [];
  const { operation, name, message, requestId } = failure;
  return [`${operation}: ${name}: ${message}${requestId === null ? '' : ` (request ${requestId})`}`];
}
