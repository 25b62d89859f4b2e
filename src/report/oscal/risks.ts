import type { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import type { ControlResult, Report, ReportedException, SourceResult } from '../../model/report.ts';
import { plural } from '../numbers.ts';
import { toolOrigin } from './assets.ts';
import { type Context, type ControlSource, observationId, observedSources } from './context.ts';
import { MAX_NAMED, subjectsOf } from './named-subjects.ts';
import { endOfDay, present, prop, props, startOfDay } from './parts.ts';
import { personId } from './people.ts';
import { markup, markupLine } from './text.ts';

type Exception = z.infer<typeof ReportedException>;

/** What fails under one source, for all controls that it is evidence for. */
interface OpenFailures {
  readonly source: SourceResult;
  readonly failing: number;
  readonly at: readonly ControlSource[];
}

/** One risk for each source with open failures that nobody accepted, then one for each exception. */
export function* risks(context: Context): Generator<JsonObject> {
  for (const it of openFailures(context.report)) yield failureRisk(context, it);
  const seen = new Set<string>();
  for (const exception of context.report.exceptions) {
    const uuid = exceptionId(context, exception);
    if (!seen.has(uuid)) yield exceptionRisk(context, exception);
    seen.add(uuid);
  }
}

/** UUIDs of the risks that a control's open failures and the exceptions over them are. */
export function relatedRisks(context: Context, control: ControlResult): string[] {
  const open = control.sources.filter((it) => subjectsOf(it).counts.failing > 0);
  const covering = new Set<string>();
  for (const { failing } of control.sources)
    for (const { exception } of failing) if (exception) covering.add(exception);
  const accepted = context.report.exceptions.filter((it) => covering.has(it.id));
  return [...new Set([...open.map((it) => failureId(context, it)), ...accepted.map((it) => exceptionId(context, it))])];
}

const failureId = (context: Context, { source }: SourceResult): string => context.own('risk', source);

const exceptionId = (context: Context, it: Exception): string =>
  context.own('exception', it.id, it.source, it.subject, it.control ?? '', it.approved, it.expires, it.reason);

/** Exceptions may be for one control only, so the control with the most open failures speaks for the source. */
function openFailures(report: Report): Iterable<OpenFailures> {
  const found = new Map<string, { source: SourceResult; failing: number; at: ControlSource[] }>();
  for (const it of observedSources(report)) {
    const { failing } = subjectsOf(it.source).counts;
    if (failing === 0) continue;
    const known = found.get(it.source.source) ?? { source: it.source, failing: 0, at: [] };
    known.at.push(it);
    if (failing > known.failing) Object.assign(known, { source: it.source, failing });
    found.set(it.source.source, known);
  }
  return found.values();
}

function failureRisk(context: Context, { source, failing, at }: OpenFailures): JsonObject {
  const named = subjectsOf(source).named.filter((it) => it.state === 'failing');
  const more = failing - named.length;
  return {
    uuid: failureId(context, source),
    title: markupLine(`Open failures: ${source.title}`),
    description: markup(
      `${plural(failing, 'subject')} failing at the end of the period without an exception: ${named.map((it) => it.subject).join(', ')}${more > 0 ? `, and ${more} more in failing.csv` : ''}.`,
    ),
    statement: markup(source.why),
    props: [
      ...props({ source: source.source, 'failing-open': failing, 'subjects-named': named.length }),
      ...at.map((it) => ({ ...prop('control-label', it.control.id), class: it.source.strength })),
    ],
    status: 'open',
    origins: [toolOrigin(context)],
    remediations: [
      {
        uuid: context.own('remediation', source.source),
        lifecycle: 'recommendation',
        title: markupLine('Remediation'),
        description: markup(source.remediation),
      },
    ],
    'related-observations': at.map((it) => ({ 'observation-uuid': observationId(context, it) })),
  };
}

/** An exception that has run out accepts nothing any more. */
function exceptionStatus({ state }: Exception): string {
  return state === 'expired' ? 'open' : 'deviation-approved';
}

function exceptionRisk(context: Context, it: Exception): JsonObject {
  const covered = it.subjects.slice(0, MAX_NAMED);
  const more = it.subjects.length - covered.length;
  const owner = { type: 'party', 'actor-uuid': personId(context, it.owner), 'role-id': 'risk-owner' };
  return present({
    uuid: exceptionId(context, it),
    title: markupLine(`Accepted risk ${it.id}`),
    description: markup(
      `Failures of ${it.subject} under ${it.source}. Covered in the period: ${covered.length === 0 ? 'none' : covered.join(', ')}${more > 0 ? `, and ${more} more in exceptions.csv` : ''}.`,
    ),
    statement: markup(it.reason),
    props: props({
      'exception-id': it.id,
      'exception-state': it.state,
      source: it.source,
      'subject-pattern': it.subject,
      'control-label': it.control,
      owner: it.owner,
      approver: it.approver,
      approved: it.approved,
      expires: it.expires,
      covered: it.subjects.length,
    }),
    status: exceptionStatus(it),
    origins: [{ actors: [owner] }],
    deadline: endOfDay(it.expires),
    'risk-log': { entries: [approval(context, it)] },
  });
}

function approval(context: Context, it: Exception): JsonObject {
  return {
    uuid: context.own('approval', exceptionId(context, it)),
    title: markupLine(`Approved by ${it.approver}`),
    start: startOfDay(it.approved),
    'logged-by': [{ 'party-uuid': personId(context, it.approver), 'role-id': 'risk-approver' }],
    'status-change': 'deviation-approved',
  };
}
