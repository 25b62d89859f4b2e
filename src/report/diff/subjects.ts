import type { FailingInterval } from '../../model/report.ts';
import type { Scope } from '../../model/scope.ts';
import { duration, minute } from '../numbers.ts';
import type { Sides } from './change.ts';
import { change, paired } from './change.ts';
import { endOf } from './ends.ts';
import { inconclusiveChanges } from './inconclusive.ts';
import type { SourcePair, Subject } from './pair.ts';
import { sameSubject, strengthOf } from './pair.ts';
import type { Change, ChangeKind } from './types.ts';
import { subjectKey } from './types.ts';

/** What became of each subject that fails, failed or could not be judged, per source and control. */
export function subjectChanges(sides: Sides): Change[] {
  const changes: Change[] = [];
  for (const [was, is] of paired(sides.old.report.controls, sides.new.report.controls, (it) => it.id)) {
    const id = is?.id ?? was?.id ?? '';
    for (const [before, after] of paired(was?.sources ?? [], is?.sources ?? [], (it) => it.source)) {
      const pair: SourcePair = { source: after?.source ?? before?.source ?? '', before, after, sides };
      const found = [...failingChanges(pair), ...inconclusiveChanges(pair)];
      for (const it of found) changes.push({ ...it, controls: [id] });
    }
  }
  return changes;
}

function failingChanges(pair: SourcePair): Change[] {
  const { before, after, source } = pair;
  const was = Map.groupBy(before?.failing ?? [], (it) => subjectKey(source, it));
  const is = Map.groupBy(after?.failing ?? [], (it) => subjectKey(source, it));
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((key) => {
    const [then, now] = [was.get(key) ?? [], is.get(key) ?? []];
    return after?.events === undefined && before?.events === undefined
      ? stateChanges(pair, then, now)
      : eventChanges(pair, then, now);
  });
}

/** An event stays what it was; only those that the old report does not have are news. */
function eventChanges(pair: SourcePair, then: readonly FailingInterval[], now: readonly FailingInterval[]): Change[] {
  const known = new Set(then.map((it) => it.from));
  return now
    .filter((it) => !known.has(it.from))
    .map((it) => about(pair, 'event', it, { after: `at ${minute(it.from)}`, notes: [it.reason] }));
}

function stateChanges(pair: SourcePair, then: readonly FailingInterval[], now: readonly FailingInterval[]): Change[] {
  const [wasOpen, isOpen] = [then, now].map((list) => list.find((it) => it.to === null));
  const begun = new Set(then.map((it) => it.from));
  const between = now
    .filter((it) => it.to !== null && !begun.has(it.from))
    .map((it) => about(pair, 'failed_between', it, { after: `failed from ${spanOf(it)}`, notes: [it.reason] }));
  if (isOpen) return [...between, wasOpen ? stillOpen(pair, wasOpen, isOpen) : newlyOpen(pair, isOpen)];
  if (!wasOpen) return between;
  const ended = now.find((it) => it.from === wasOpen.from);
  return [...between, ended ? endedChange(pair, ended) : notShown(pair, wasOpen)];
}

const failing = (it: FailingInterval): string =>
  it.exception === null ? 'failing' : `failing, accepted by ${it.exception}`;
const spanOf = (it: FailingInterval): string =>
  `${minute(it.from)} to ${it.to === null ? 'now' : minute(it.to)}, ${duration(it.seconds ?? 0)}`;

function about(
  pair: SourcePair,
  kind: ChangeKind,
  it: FailingInterval,
  parts: Partial<Change> & { report?: 'old' },
): Change {
  const { report = 'new', ...rest } = parts;
  const { subject, account, region } = it;
  const entries = pair.sides.refs(report, it.entries);
  return change(kind, { source: pair.source, strength: strengthOf(pair), subject, account, region, entries, ...rest });
}

function newlyOpen(pair: SourcePair, is: FailingInterval): Change {
  const wasInconclusive = pair.before?.inconclusive.some((it) => sameSubject(it, is)) === true;
  return about(pair, 'newly_failing', is, {
    before: wasInconclusive ? 'inconclusive' : 'not failing',
    after: failing(is),
    notes: [`Since ${minute(is.from)}: ${is.reason}`, ...whyNotBefore(pair, is)],
  });
}

/** It failed within the period of the old report already, which does not show it: that must not look like news of the resource. */
function whyNotBefore({ before, sides }: SourcePair, is: FailingInterval): string[] {
  const { period, scope } = sides.old.report;
  if (is.from.slice(0, 10) > period.to) return [];
  const why = !before ? 'it does not have this source under this control' : outside(scope, is);
  return [`It failed in the period of the old report already, which does not show it${why ? `: ${why}` : ''}.`];
}

function outside(scope: Scope, { account, region }: Subject): string | undefined {
  if (!scope.accounts.includes(account)) return `account ${account} is not in its scope`;
  if (region !== 'global' && !scope.regions.includes(region)) return `region ${region} is not in its scope`;
  return undefined;
}

function stillOpen(pair: SourcePair, was: FailingInterval, is: FailingInterval): Change {
  const kind =
    (was.exception === null) === (is.exception === null)
      ? 'still_failing'
      : is.exception === null
        ? 'acceptance_ended'
        : 'newly_accepted';
  const again =
    was.from === is.from ? [] : [`It failed since ${minute(was.from)} in the old report: this is another failure.`];
  return about(pair, kind, is, {
    before: failing(was),
    after: failing(is),
    notes: [`Since ${minute(is.from)}: ${is.reason}`, ...again],
  });
}

const ENDED: Readonly<Record<string, ChangeKind>> = {
  compliant: 'put_right',
  not_applicable: 'no_longer_applies',
  gone: 'gone',
  unjudged: 'no_longer_judged',
};

function endedChange(pair: SourcePair, ended: FailingInterval): Change {
  const how = endOf(pair, ended);
  return about(pair, ENDED[how ?? ''] ?? 'ended', ended, {
    before: 'failing',
    after: `${how?.replace('_', ' ') ?? 'not failing'} since ${minute(ended.to ?? '')}`,
    notes: [`Failed from ${spanOf(ended)}: ${ended.reason}`],
  });
}

function notShown(pair: SourcePair, was: FailingInterval): Change {
  const { after, sides } = pair;
  const { period, scope } = sides.new.report;
  const why = !after
    ? 'The new report does not have this source under this control.'
    : (outside(scope, was) ??
      `It ended before ${period.from}, where the new period begins, or the subject was judged anew.`);
  const notes = [
    `Failing since ${minute(was.from)} in the old report: ${was.reason}`,
    `Not known here whether it was put right. ${why}`,
  ];
  return about(pair, 'not_shown', was, { before: failing(was), after: 'not known', notes, report: 'old' });
}
