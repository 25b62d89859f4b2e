import { z } from 'zod';
import { pinPeriod } from '../../app/assess.ts';
import type { KnownAssessment } from '../../app/assessments.ts';
import { assessmentId } from '../../app/assessments.ts';
import { define } from '../../app/define.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { FrameworkId } from '../../model/framework.ts';
import { AccountId, Day, Region, Timestamp } from '../../model/primitives.ts';
import { ControlResult, Gap, NotCollected, Report, ReportedException } from '../../model/report.ts';
import { Period, Scope, Statements } from '../../model/scope.ts';
import { AssessmentId } from '../../model/statement.ts';
import { Verdict } from '../../model/verdict.ts';
import { versionOf } from '../about.ts';
import { PAGING, page, pageOf } from '../cursor.ts';
import { type Call, json, type Route, route } from '../route.ts';
import { ALL, EntryIndex, NONE, notFound, WRITERS } from '../shapes.ts';

const VersionHead = z.strictObject({ entry: z.int().min(0), at: Timestamp });

export const AssessmentHead = z
  .strictObject({
    id: AssessmentId,
    framework: z.strictObject({ id: FrameworkId, title: z.string(), version: z.string(), publisher: z.string() }),
    scope: Scope,
    period: Period,
    /** Oldest first: each pins the evidence and the statements before its ledger entry. */
    versions: z.array(VersionHead).min(1),
  })
  .meta({ id: 'AssessmentHead' });

export const AssessmentState = z
  .strictObject({
    ...AssessmentHead.shape,
    /** The version that the rest is of. */
    version: VersionHead,
    asOf: Timestamp,
    summary: Report.shape.summary,
    coverage: Report.shape.coverage.extend({ gaps: z.array(Gap) }),
    exceptions: z.array(ReportedException),
    notCollected: z.array(NotCollected),
    limitations: z.array(z.string()),
  })
  .meta({ id: 'AssessmentState' });

export const ControlStatus = z
  .strictObject({
    id: z.string(),
    set: z.string(),
    title: z.string(),
    verdict: Verdict,
    reasons: z.array(z.string()).min(1),
    /** Subjects that fail under it, and those that nobody could judge. */
    failing: z.int().min(0),
    inconclusive: z.int().min(0),
  })
  .meta({ id: 'ControlStatus' });

export const Control = ControlResult.meta({ id: 'Control' });

const AssessmentRequest = z
  .strictObject({
    framework: FrameworkId,
    /** The widest that the ledger knows, where left out. */
    from: Day.optional(),
    to: Day.optional(),
    accounts: z.array(AccountId).min(1).max(1000).optional(),
    regions: z.array(Region).min(1).max(100).optional(),
    /** Least share of days, 0 to 1, on which a source must have been observed. */
    coverageThreshold: z.number().min(0).max(1).default(0.95),
  })
  .meta({ id: 'AssessmentRequest' });

const OF = { params: z.strictObject({ assessment: AssessmentId }) };
const VERSION = { version: EntryIndex.optional().describe('Ledger entry of a version; the newest where left out.') };

const ListAssessments = z.strictObject(PAGING);
const OneVersion = z.strictObject(VERSION);
const ListControls = z.strictObject({
  ...VERSION,
  verdict: Verdict.optional().describe('Only controls with this verdict.'),
  ...PAGING,
});

function headOf({ framework: { framework: id, ...rest }, versions, ...it }: KnownAssessment) {
  return { ...it, framework: { id, ...rest }, versions: versions.map(({ entry, at }) => ({ entry, at })) };
}

async function verdicts(call: Call<{ assessment: string }, { version?: number | undefined }, never>) {
  const { assessment, version } = await versionOf(call, call.params.assessment, call.query.version);
  return { assessment, version, found: await call.verdicts(version) };
}

function statusOfControl({ id, set, title, verdict, reasons, sources }: ControlResult): z.infer<typeof ControlStatus> {
  const counts = sources.filter((it) => it.strength !== 'supporting').map((it) => it.counts);
  const sum = (name: 'non_compliant' | 'inconclusive'): number => counts.reduce((total, it) => total + it[name], 0);
  return { id, set, title, verdict, reasons, failing: sum('non_compliant'), inconclusive: sum('inconclusive') };
}

export const ASSESSMENT_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/v1/assessments',
    operation: 'listAssessments',
    summary: 'Every assessment, in the order in which each was first made',
    tag: 'Assessments',
    roles: ALL,
    recorded: false,
    tagged: true,
    params: NONE,
    query: ListAssessments,
    answer: {
      status: 200,
      says: 'Assessments; to an auditor, those that they may see.',
      content: pageOf(AssessmentHead),
    },
    async handle({ query, principal, role, known, ports }) {
      const all = await known();
      const size = await ports.store.index.size();
      return json(
        await page(query, size, {
          of: 'listAssessments',
          rows: () => all,
          placeOf: (it) => ({ index: it.versions[0]?.entry ?? 0 }),
          itemOf: (it) => (role === 'auditor' && !principal.assessments.includes(it.id) ? undefined : headOf(it)),
        }),
      );
    },
  }),
  route({
    method: 'post',
    path: '/v1/assessments',
    operation: 'assess',
    summary: 'Assess a framework over everything that the ledger holds now',
    tag: 'Assessments',
    roles: WRITERS,
    recorded: true,
    params: NONE,
    query: NONE,
    body: AssessmentRequest,
    answer: { status: 201, says: 'The assessment, with its newest version.', content: AssessmentHead },
    async handle({ body, ports, known }) {
      const { store, catalogue } = ports;
      const framework = catalogue.frameworks.get(body.framework);
      if (framework === undefined)
        throw new WitnessmarkError('api-unknown-reference', `there is no framework ${body.framework}`);
      const statements = Statements.parse({});
      const definition = await define(store, { catalogue, framework }, { ...body, statements });
      await pinPeriod(store, definition);
      const id = assessmentId(body.framework, definition.scope, definition.period);
      const { assessment } = await versionOf({ known }, id);
      return json(headOf(assessment), 201, { location: `/v1/assessments/${id}` });
    },
  }),
  route({
    ...OF,
    method: 'get',
    path: '/v1/assessments/{assessment}',
    operation: 'getAssessment',
    summary: 'One assessment: verdicts in numbers, gaps, and what could not be collected',
    tag: 'Assessments',
    roles: ALL,
    recorded: false,
    tagged: true,
    query: OneVersion,
    answer: { status: 200, says: 'The assessment.', content: AssessmentState },
    async handle(call) {
      const { assessment, version, found } = await verdicts(call as never);
      const { summary, coverage, exceptions, notCollected, limitations, asOf } = found;
      const { entry, at } = version;
      return json({
        ...headOf(assessment),
        version: { entry, at },
        asOf,
        summary,
        coverage,
        exceptions,
        notCollected,
        limitations,
      } satisfies z.infer<typeof AssessmentState>);
    },
  }),
  route({
    ...OF,
    method: 'get',
    path: '/v1/assessments/{assessment}/controls',
    operation: 'listControls',
    summary: 'The controls with their verdicts and the reasons, in the order of the framework',
    tag: 'Assessments',
    roles: ALL,
    recorded: false,
    tagged: true,
    query: ListControls,
    answer: { status: 200, says: 'Controls.', content: pageOf(ControlStatus) },
    async handle(call) {
      const { found, version } = await verdicts(call as never);
      const { verdict } = call.query;
      return json(
        await page({ ...call.query, version: version.entry, assessment: call.params.assessment }, version.entry, {
          of: 'listControls',
          rows: () => [...found.controls.entries()],
          placeOf: ([index]) => ({ index }),
          itemOf: ([, it]) => (verdict === undefined || it.verdict === verdict ? statusOfControl(it) : undefined),
        }),
      );
    },
  }),
  route({
    method: 'get',
    path: '/v1/assessments/{assessment}/controls/{control}',
    operation: 'getControl',
    summary: 'One control: sources, populations, failing intervals, attestations, review',
    tag: 'Assessments',
    roles: ALL,
    recorded: false,
    tagged: true,
    params: z.strictObject({ assessment: AssessmentId, control: z.string().min(1).max(60) }),
    query: OneVersion,
    answer: { status: 200, says: 'The control.', content: Control },
    async handle(call) {
      const { found } = await verdicts(call as never);
      const control = found.controls.find((it) => it.id === call.params.control);
      if (control === undefined) throw notFound('such control in this assessment');
      return json(control);
    },
  }),
];
