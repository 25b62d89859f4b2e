import { canonicalize } from '../../ledger/canonical.ts';
import type { ManualResult, Report, ReportedReview } from '../../model/report.ts';
import type { RiskException } from '../../model/scope.ts';
import type { Sides } from './change.ts';
import { change, paired } from './change.ts';
import type { Change, ChangeKind } from './types.ts';

type Reported = Report['exceptions'][number];

/** What people said that is new, changed, lapsed or gone: exceptions, statements, reviews. They have no entries of their own. */
export function statementChanges({ old, new: now }: Sides): Change[] {
  const changes = [...paired(old.report.exceptions, now.report.exceptions, (it) => it.id)].flatMap((it) =>
    exceptionChange(...it),
  );
  for (const [before, after] of paired(old.report.controls, now.report.controls, (it) => it.id)) {
    const id = after?.id ?? before?.id ?? '';
    const manual = [...paired(before?.manual ?? [], after?.manual ?? [], (it) => it.ask)].flatMap((it) =>
      manualChange(...it),
    );
    const found = [...manual, ...reviewChange(before?.review ?? null, after?.review ?? null)];
    for (const it of found) changes.push({ ...it, controls: [id] });
  }
  return changes;
}

function exceptionChange(before: Reported | undefined, after: Reported | undefined): Change[] {
  const shown = after ?? before;
  if (!shown) return [];
  const make = (kind: ChangeKind, notes: readonly string[]): Change =>
    change(kind, {
      controls: shown.control === undefined ? [] : [shown.control],
      source: shown.source,
      subject: shown.id,
      before: before ? stateOf(before) : null,
      after: after ? stateOf(after) : null,
      notes,
    });
  if (!after) return [make('exception_removed', [aboutOf(shown)])];
  if (!before) return [make('exception_added', [aboutOf(shown)])];
  const fields = changedFields(before, after);
  const told = fields.map((it) => `${it}: ${textOf(before[it])} → ${textOf(after[it])}`);
  const lapsed = before.state !== 'expired' && after.state === 'expired';
  if (lapsed) return [make('exception_lapsed', [aboutOf(after), ...told])];
  return fields.length > 0 || before.state !== after.state ? [make('exception_changed', told)] : [];
}

const stateOf = ({ state, expires }: Reported): string => `${state.replace('_', ' ')}, expires ${expires}`;

const aboutOf = ({ subject, owner, approver, reason }: RiskException): string =>
  `Covers ${subject}; owner ${owner}, approved by ${approver}: ${reason}`;

const FIELDS = [
  'source',
  'subject',
  'control',
  'owner',
  'approver',
  'approved',
  'expires',
  'reason',
  'subjects',
] as const;
type Field = (typeof FIELDS)[number];

const changedFields = (before: Reported, after: Reported): Field[] =>
  FIELDS.filter((it) => canonicalize(before[it] ?? null) !== canonicalize(after[it] ?? null));

const textOf = (value: Reported[Field]): string =>
  value === undefined || value.length === 0 ? 'none' : typeof value === 'string' ? value : value.join(', ');

function manualChange(before: ManualResult | undefined, after: ManualResult | undefined): Change[] {
  // What is no longer asked for is a change of the rules, and the definition says so.
  if (!after) return [];
  const is = after.attestation;
  const parts = {
    subject: after.ask,
    before: before?.status ?? 'not asked for',
    after: after.status,
    notes: is === null ? [] : [`By ${is.by} on ${is.on}, expires ${is.expires}: ${is.statement}`],
  };
  if (before?.status !== after.status) return [change(`attestation_${after.status}`, parts)];
  const isSame = canonicalize(before.attestation) === canonicalize(is);
  return isSame ? [] : [change('attestation_changed', parts)];
}

function reviewChange(before: ReportedReview | null, after: ReportedReview | null): Change[] {
  if (!before && !after) return [];
  const [was, is] = [before && reviewOf(before), after && reviewOf(after)];
  const notes = after ? [after.comment] : [];
  const parts = { before: was, after: is, notes };
  if (!before) return [change('review_added', parts)];
  if (!after) return [change('review_removed', parts)];
  // How much evidence came after it is no part of what the reviewer said.
  const [said, says] = [before, after].map((it) => canonicalize({ ...it, newer: null }));
  return said === says ? [] : [change('review_changed', parts)];
}

const reviewOf = ({ conclusion, reviewer, on }: ReportedReview): string =>
  `${conclusion.replaceAll('_', ' ')} (${reviewer}, ${on})`;
