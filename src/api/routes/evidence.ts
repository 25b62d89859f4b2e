import { z } from 'zod';
import { definitionAt } from '../../app/assessments.ts';
import { bodyReader, entryOf, readLines } from '../../app/objects.ts';
import { endOf, startOf } from '../../assess/days.ts';
import { scopeOf } from '../../assess/scope.ts';
import { openLog } from '../../ledger/read.ts';
import { Entry } from '../../model/entry.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { Evidence, Source } from '../../model/evidence.ts';
import { AccountId, Region, Timestamp } from '../../model/primitives.ts';
import { EvidenceItem } from '../../model/report.ts';
import { Retrieval } from '../../model/retrieval.ts';
import type { EvidenceFilter, EvidenceIndex, EvidenceRow } from '../../ports/evidence-index.ts';
import { csvOf } from '../../report/csv/table.ts';
import { evidenceItem } from '../../report/evidence-item.ts';
import { EVIDENCE_COLUMNS } from '../../report/formats/evidence-csv.ts';
import { versionOf } from '../about.ts';
import { isAfter, PAGING, type Place, page, pageOf } from '../cursor.ts';
import { type Call, file, json, type Route, route } from '../route.ts';
import { ABOUT, EntryIndex, notFound, READERS } from '../shapes.ts';

const Subject = z.string().min(1).max(2048);
const FILTER = {
  ...ABOUT,
  source: Source.optional().describe('Such as `check:s3-bucket-tls-only`.'),
  account: AccountId.optional(),
  region: Region.optional(),
  subject: Subject.optional().describe('Usually an ARN, whole.'),
  run: z.uuid().optional(),
  from: Timestamp.optional().describe('Only evidence of this time or later.'),
  to: Timestamp.optional().describe('Only evidence of this time or earlier.'),
};
const Filter = z.strictObject(FILTER);
type Filter = z.infer<typeof Filter>;
const ListEvidence = z.strictObject({ ...FILTER, ...PAGING });

export const EvidenceWithProof = z
  .strictObject({
    entry: z.int().min(0),
    /** The ledger entry that commits to the evidence. */
    sealed: Entry,
    /** SHA-256 of the canonical JSON of the evidence. */
    hash: z.string(),
    evidence: Evidence,
    /** C2SP tlog-proof: that the entry is in the ledger under its signed checkpoint. */
    proof: z.string(),
  })
  .meta({ id: 'EvidenceWithProof' });

export const RecordedRetrieval = Retrieval.meta({ id: 'RecordedRetrieval' });

/** What an assessment is about: evidence of its scope, its period, and the sources that its framework names. */
interface Limits {
  readonly isWithin: (it: EvidenceRow['evidence']) => boolean;
  readonly isBefore: (it: EvidenceRow['evidence']) => boolean;
  readonly from: string;
  readonly to: string;
}

type Asking = Pick<Call<unknown, unknown, unknown>, 'ports' | 'known' | 'assessment'>;

async function limitsOf({ ports, known, assessment }: Asking): Promise<Limits | undefined> {
  if (assessment === undefined) return undefined;
  const { version } = await versionOf({ known }, assessment);
  const { definitions, scope, period } = await definitionAt(ports.store, version);
  const [from, to] = [startOf(period), endOf(period)];
  const inScope = scopeOf(scope);
  const concerns = (it: EvidenceRow['evidence']): boolean => inScope(it) && definitions.has(it.source);
  const timeOf = (it: EvidenceRow['evidence']): string => it.event?.eventTime ?? it.at;
  return {
    from,
    to,
    isWithin: (it) => concerns(it) && timeOf(it) >= from && timeOf(it) <= to,
    isBefore: (it) => concerns(it) && it.event === undefined && it.at < from,
  };
}

/** Rows that are read together. No query stays open while somebody takes their time to read an answer. */
const CHUNK = 1000;

/** Rows of a filter and within an assessment, in order of (time, ledger index). */
async function* rowsOf(
  call: Asking,
  filter: Filter,
  { after, treeSize, limits }: { after?: Place | undefined; treeSize: number; limits: Limits | undefined },
): AsyncGenerator<EvidenceRow> {
  const query = { ...queryOf(filter), treeSize };
  let last = after;
  for (;;) {
    const chunk = await chunkOf(call.ports.store.index, query, last);
    for (const row of chunk) if (limits === undefined || limits.isWithin(row.evidence)) yield row;
    const end = chunk.at(-1);
    if (end === undefined || chunk.length < CHUNK) return;
    last = { ...placeOf(end), treeSize };
  }
}

function queryOf({ assessment: _, ...filter }: Filter): EvidenceFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

const placeOf = ({ index, evidence }: EvidenceRow) => ({ at: evidence.at, index });

async function chunkOf(index: EvidenceIndex, query: EvidenceFilter, last: Place | undefined): Promise<EvidenceRow[]> {
  const at = last?.at;
  const hint = at === undefined || last === undefined ? {} : { after: { at, index: last.index } };
  const from = [query.from ?? '', at ?? ''].sort().at(-1);
  const chunk: EvidenceRow[] = [];
  for await (const row of index.evidence({ ...query, ...hint, ...(from ? { from } : {}) })) {
    if (last !== undefined && !isAfter(placeOf(row), last)) continue;
    chunk.push(row);
    if (chunk.length === CHUNK) break;
  }
  return chunk;
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/**
 * Evidence as the ledger holds it, not as the index tells it. Beyond the period of an assessment only the
 * state that a subject had when it began belongs to it. Throws `api-not-found` and `api-assessment-refused`.
 */
async function sealedEvidence(call: Asking, index: number) {
  const { store } = call.ports;
  await call.known();
  const log = await openLog(store.objects, store.verifierKeys);
  if (index >= log.checkpoint.size) throw notFound(`ledger entry ${index}`);
  const entry = entryOf(await log.entry(index));
  if (entry.kind !== 'evidence') throw notFound(`evidence at ledger entry ${index}`);
  const evidence = Evidence.parse(JSON.parse(text(await bodyReader(store.objects)(entry))));
  const limits = await limitsOf(call);
  if (limits && !limits.isWithin(evidence) && !(limits.isBefore(evidence) && (await stood(call, evidence, limits))))
    throw new WitnessmarkError('api-assessment-refused', 'the evidence is no part of this assessment');
  return { log, entry, evidence };
}

/** Whether a state was still that of its subject when the period began. */
async function stood({ ports }: Asking, { source, account, region, subject, id, at }: Evidence, { from }: Limits) {
  let last: string | undefined;
  for await (const { evidence } of ports.store.index.evidence({ source, account, region, subject, from: at, to: from }))
    if (evidence.at < from) last = evidence.id;
  return last === id;
}

const OF_ENTRY = z.strictObject({ entry: EntryIndex });
const About = z.strictObject(ABOUT);

/** A call's answer is shown whole or not at all. */
const MAX_RETRIEVAL = 8 * 1024 * 1024;

export const EVIDENCE_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/v1/evidence',
    operation: 'listEvidence',
    summary: 'Evidence, in order of time and ledger index',
    tag: 'Evidence',
    roles: READERS,
    recorded: true,
    params: z.strictObject({}),
    query: ListEvidence,
    answer: { status: 200, says: 'Evidence without facts and tests.', content: pageOf(EvidenceItem) },
    async handle(call) {
      await call.known();
      const limits = await limitsOf(call);
      const { limit: _, cursor: __, ...filter } = call.query;
      const asked = { ...call.query, assessment: call.assessment };
      return json(
        await page(asked, await call.ports.store.index.size(), {
          of: 'listEvidence',
          rows: (after, treeSize) => rowsOf(call, filter, { after, treeSize, limits }),
          placeOf,
          itemOf: evidenceItem,
        }),
      );
    },
  }),
  route({
    method: 'get',
    path: '/v1/evidence.csv',
    operation: 'exportEvidence',
    summary: 'All evidence of a filter as CSV, without a limit',
    tag: 'Evidence',
    roles: READERS,
    recorded: true,
    params: z.strictObject({}),
    query: Filter,
    answer: {
      status: 200,
      says: 'RFC 4180. What a spreadsheet would run has an apostrophe before it.',
      content: 'text/csv',
    },
    async handle(call) {
      await call.known();
      const limits = await limitsOf(call);
      const rows = rowsOf(call, call.query, { treeSize: await call.ports.store.index.size(), limits });
      return file(ReadableStream.from(csvOf(EVIDENCE_COLUMNS, itemsOf(rows))), {
        filename: 'evidence.csv',
        mediaType: 'text/csv; charset=utf-8; header=present',
      });
    },
  }),
  route({
    method: 'get',
    path: '/v1/evidence/{entry}',
    operation: 'getEvidence',
    summary: 'One item of evidence with the proof that it is in the ledger',
    tag: 'Evidence',
    roles: READERS,
    recorded: true,
    params: OF_ENTRY,
    query: About,
    answer: { status: 200, says: 'The evidence.', content: EvidenceWithProof },
    async handle(call) {
      const index = call.params.entry;
      const { log, entry, evidence } = await sealedEvidence(call, index);
      return json({
        entry: index,
        sealed: entry,
        hash: entry.body.slice('sha256:'.length),
        evidence,
        proof: text(await log.tlogProof(index)),
      } satisfies z.infer<typeof EvidenceWithProof>);
    },
  }),
  route({
    method: 'get',
    path: '/v1/evidence/{entry}/retrievals/{number}',
    operation: 'getRetrieval',
    summary: 'One recorded AWS call that an item of evidence was derived from',
    tag: 'Evidence',
    roles: READERS,
    recorded: true,
    params: z.strictObject({
      entry: EntryIndex,
      number: z
        .string()
        .regex(/^\d{1,4}$/)
        .transform(Number)
        .describe('Its place among the retrievals of the evidence, from 0.'),
    }),
    query: About,
    answer: { status: 200, says: 'The call and its answer or error, as recorded.', content: RecordedRetrieval },
    async handle(call) {
      const { evidence } = await sealedEvidence(call, call.params.entry);
      const reference = evidence.retrievals[call.params.number];
      if (reference === undefined) throw notFound('such retrieval of this evidence');
      const line =
        (await readLines(call.ports.store.objects, 'retrievals', reference.object))[reference.line - 1] ?? '';
      if (line.length > MAX_RETRIEVAL)
        throw new WitnessmarkError('api-too-large', `the answer is longer than ${MAX_RETRIEVAL} characters`, {
          hint: 'it is whole in the pack of a report',
        });
      const retrieval = Retrieval.parse(JSON.parse(line));
      if (retrieval.sha256 !== reference.sha256)
        throw new WitnessmarkError('store-object-altered', `retrievals/${reference.object}.jsonl.gz is another`);
      return json(retrieval);
    },
  }),
];

async function* itemsOf(rows: AsyncIterable<EvidenceRow>): AsyncGenerator<EvidenceItem> {
  for await (const row of rows) yield evidenceItem(row);
}
