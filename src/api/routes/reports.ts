import { z } from 'zod';
import { WitnessmarkError } from '../../model/error.ts';
import { PACK_FILE, PaperSize, ReportFile, ReportJob, reportKey } from '../../model/report-job.ts';
import { AssessmentId } from '../../model/statement.ts';
import { isTimeZone } from '../../report/times.ts';
import { versionOf } from '../about.ts';
import { allow } from '../allow.ts';
import { PAGING, page, pageOf } from '../cursor.ts';
import { type Call, file, json, type Route, route } from '../route.ts';
import { ABOUT, NONE, notFound, READERS, WRITERS } from '../shapes.ts';

export const RequestedReport = ReportJob.meta({ id: 'Report' });

const NewReport = z
  .strictObject({
    assessment: AssessmentId,
    /** Ledger entry of a version; the newest where left out. */
    version: z.int().min(0).optional(),
    paper: PaperSize.default('A4'),
    timeZone: z.string().max(64).default('UTC').describe('IANA name of a zone whose times stand beside UTC.'),
  })
  .meta({ id: 'NewReport' });

/** Seconds for which an address of a file is good. */
const URL_SECONDS = 60;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  zip: 'application/zip',
  pdf: 'application/pdf',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/jsonl',
};

/** A report, if the caller may see it. Throws `api-not-found` and `api-assessment-refused`. */
async function jobOf({ ports, role, principal }: Call<unknown, unknown, unknown>, id: string): Promise<ReportJob> {
  const job = await ports.jobs.get(id);
  if (job === undefined) throw notFound('such report');
  allow({ role, principal }, job.assessment);
  return job;
}

const OF = z.strictObject({ report: z.uuid() });

export const REPORT_ROUTES: readonly Route[] = [
  route({
    method: 'post',
    path: '/v1/reports',
    operation: 'requestReport',
    summary: 'Have the signed pack of an assessment made',
    tag: 'Reports',
    roles: WRITERS,
    recorded: true,
    params: NONE,
    query: NONE,
    body: NewReport,
    answer: { status: 202, says: 'It is being made; ask its address how far it is.', content: RequestedReport },
    async handle(call) {
      const { assessment, version, paper, timeZone } = call.body;
      if (!isTimeZone(timeZone)) throw new WitnessmarkError('api-unknown-reference', 'there is no such time zone');
      const { entry } = (await versionOf(call, assessment, version)).version;
      const by = call.principal.person;
      const job = await call.ports.jobs.request({ assessment, version: entry, paper, timeZone, by });
      return json(job, 202, { location: `/v1/reports/${job.id}`, 'retry-after': '2' });
    },
  }),
  route({
    method: 'get',
    path: '/v1/reports',
    operation: 'listReports',
    summary: 'Reports that were asked for, oldest first',
    tag: 'Reports',
    roles: READERS,
    recorded: false,
    params: NONE,
    query: z.strictObject({ ...ABOUT, ...PAGING }),
    answer: { status: 200, says: 'Reports.', content: pageOf(RequestedReport) },
    async handle({ ports, query, assessment }) {
      return json(
        await page({ ...query, assessment }, Number.MAX_SAFE_INTEGER, {
          of: 'listReports',
          rows: (from) => ports.jobs.list(from?.index),
          placeOf: ({ place }) => ({ index: place }),
          itemOf: ({ job }) => (assessment === undefined || job.assessment === assessment ? job : undefined),
        }),
      );
    },
  }),
  route({
    method: 'get',
    path: '/v1/reports/{report}',
    operation: 'getReport',
    summary: 'How far a report is, and its files once it is done',
    tag: 'Reports',
    roles: READERS,
    recorded: false,
    params: OF,
    query: NONE,
    answer: { status: 200, says: 'The report.', content: RequestedReport },
    handle: async (call) => json(await jobOf(call, call.params.report)),
  }),
  route({
    method: 'get',
    path: '/v1/reports/{report}/files/{file}',
    operation: 'downloadReport',
    summary: `Download ${PACK_FILE}, report.pdf, or another file of a report`,
    tag: 'Reports',
    roles: READERS,
    recorded: true,
    params: z.strictObject({ report: z.uuid(), file: ReportFile.shape.name }),
    query: NONE,
    answer: {
      status: 200,
      says: 'The file; or 303 to an address that is good for a minute.',
      content: 'application/octet-stream',
    },
    async handle(call) {
      const job = await jobOf(call, call.params.report);
      if (job.status !== 'succeeded') throw new WitnessmarkError('api-not-ready', `the report is ${job.status}`);
      const name = call.params.file;
      if (!job.files?.some((it) => it.name === name)) throw notFound('such file of this report');
      const filename = name === PACK_FILE ? `${job.report}.zip` : `${job.report}-${name}`;
      const mediaType = MEDIA_TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      const options = { filename, mediaType, seconds: URL_SECONDS };
      const offer = await call.ports.downloads.offer(reportKey(job, name), options);
      if (offer === undefined) throw notFound('such file of this report any more');
      if ('url' in offer) return new Response(null, { status: 303, headers: { location: offer.url } });
      return file(offer.content, { filename, mediaType, size: offer.size });
    },
  }),
];
