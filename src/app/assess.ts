import { assess } from '../assess/assess.ts';
import { endOf, startOf } from '../assess/days.ts';
import type { AssessmentInput, LedgerRun } from '../assess/input.ts';
import { concernsScope } from '../assess/runs.ts';
import type { Log } from '../ledger/read.ts';
import { openLog } from '../ledger/read.ts';
import { encodeBase64 } from '../ledger/text.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Report } from '../model/report.ts';
import type { Plan, Run } from '../model/run.ts';
import { signingOf } from '../pack/sign/certificates.ts';
import type { EvidenceRow, ObservationRow } from '../ports/evidence-index.ts';
import { RENDERING } from '../report/format.ts';
import type { Definition } from './pin.ts';
import { pin } from './pin.ts';
import { previousReport } from './previous.ts';
import { syncIndex } from './replay.ts';
import type { Store } from './store.ts';

/** A report with what a pack needs beside it. */
export interface Assessed {
  readonly report: Report;
  /** The log at the checkpoint that the report rests on. */
  readonly log: Log;
  /** Evidence that the report rests on, in order of (time, ledger index). */
  readonly evidence: readonly EvidenceRow[];
  /** Ledger indices of everything that the report rests on, ascending. */
  readonly entries: readonly number[];
}

/** How a report is shown, which changes nothing of what it says. */
export interface AssessView {
  /** IANA name of the zone whose times stand beside UTC. */
  readonly timeZone?: string;
}

/**
 * Assesses a framework over a period. The evidence is fixed by a ledger entry of the assessment, so
 * that the same call gives the same report later, whatever was collected in between.
 */
export async function assessPeriod(
  store: Store,
  definition: Definition,
  { timeZone = 'UTC' }: AssessView = {},
): Promise<Assessed> {
  await syncIndex(store);
  const size = await store.index.size();
  const before = await load(store, definition, size);
  if (before.evidence.length + before.observations.length + before.runs.length === 0)
    throw nothingCollected(definition);
  const { frameworkSha256, entry, at: madeAt } = await pin(store, definition, before.end);
  // Nothing that matters came after `before.end`. Only another writer can have put something between what
  // was loaded and the assessment's own two entries.
  const rests = entry <= size + 1 ? before : await load(store, definition, entry);
  const log = await openLog(store.objects, store.verifierKeys, await checkpointAfter(store, entry));
  const assessment = assess({ ...definition, ...rests });
  const framework = frameworkOf(definition, frameworkSha256);
  const id = `${definition.framework.framework}-${definition.period.to}`;
  const previous = await previousReport(store, { id, framework, ...assessment }, entry);
  const report: Report = {
    v: 1,
    kind: 'witnessmark-report',
    id,
    title: `${definition.framework.title}: assessment report`,
    software: store.software,
    rendering: RENDERING,
    asOf: rests.asOf,
    framework,
    ...assessment,
    previous,
    timeZone,
    ledger: ledgerOf(store, log),
    signing: signingOf(store.certificates.signingPem, madeAt),
  };
  const own = [...(await indicesOf(store, entry, frameworkSha256)), ...(previous ? [previous.entry] : [])];
  return { report, log, evidence: rests.evidence, entries: [...rests.entries, ...own].sort((a, b) => a - b) };
}

function nothingCollected({ period, scope }: Definition): WitnessmarkError {
  return new WitnessmarkError(
    'assess-no-evidence',
    `the ledger holds nothing for ${scope.accounts.join(', ')} between ${period.from} and ${period.to}`,
    { hint: 'run `witnessmark collect` first, or choose another --from and --to' },
  );
}

function frameworkOf({ framework }: Definition, sha256: string): Report['framework'] {
  const { framework: id, title, version, publisher, control_sets } = framework;
  return {
    id,
    title,
    version,
    publisher,
    sha256,
    controls: control_sets.reduce((sum, set) => sum + set.controls.length, 0),
  };
}

function ledgerOf(store: Store, { checkpoint }: Log): Report['ledger'] {
  const verifierKey = store.verifierKeys.at(-1) ?? '';
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: encodeBase64(checkpoint.root),
    checkpoint: checkpoint.note,
    verifierKey,
  };
}

type Loaded = Pick<AssessmentInput, 'evidence' | 'observations' | 'runs'> & {
  /** Indices of every entry among them. */
  readonly entries: readonly number[];
  /** One past the largest of those. */
  readonly end: number;
  readonly asOf: string;
};

/** What the first `treeSize` entries say of the scope and the period. */
async function load(store: Store, { period, scope }: Definition, treeSize: number): Promise<Loaded> {
  const accounts = new Set(scope.accounts);
  const regions = new Set(['global', ...scope.regions]);
  const isInScope = (it: { account: string; region: string }): boolean =>
    accounts.has(it.account) && regions.has(it.region);
  const [start, end] = [startOf(period), endOf(period)];
  const observations: ObservationRow[] = [];
  for await (const row of store.index.observations({ treeSize })) {
    const { day } = row.observation;
    if (isInScope(row) && day >= period.from && day <= period.to) observations.push(row);
  }
  const evidence: EvidenceRow[] = [];
  for await (const row of store.index.evidence({ treeSize })) {
    const at = row.evidence.event?.eventTime ?? row.evidence.at;
    if (isInScope(row.evidence) && at <= end && (row.evidence.event === undefined || at >= start)) evidence.push(row);
  }
  const kept = sinceStateBefore(evidence, start);
  const { runs, indices } = await runsIn(store, scope, { from: start, to: end, treeSize });
  const entries = [...new Set([...kept.map((it) => it.index), ...observations.map((it) => it.index), ...indices])];
  const times = [
    ...kept.map((it) => it.evidence.at),
    ...observations.map((it) => it.at),
    ...runs.map((it) => it.plan.at),
  ];
  return {
    evidence: kept,
    observations,
    runs,
    entries,
    end: entries.reduce((max, index) => Math.max(max, index + 1), 0),
    asOf: [start, ...times].sort().at(-1) ?? start,
  };
}

/** Leaves out what was superseded before the period began: each subject's last state before it is kept. */
function sinceStateBefore(rows: readonly EvidenceRow[], start: string): EvidenceRow[] {
  const lastBefore = new Map<string, number>();
  for (const { index, evidence } of rows) {
    if (evidence.at < start && evidence.event === undefined) lastBefore.set(subjectKey(evidence), index);
  }
  return rows.filter(
    ({ index, evidence }) =>
      evidence.at >= start || evidence.event !== undefined || lastBefore.get(subjectKey(evidence)) === index,
  );
}

const subjectKey = (it: EvidenceRow['evidence']): string => `${it.source}\t${it.account}\t${it.region}\t${it.subject}`;

async function runsIn(
  store: Store,
  scope: Definition['scope'],
  filter: { from: string; to: string; treeSize: number },
): Promise<{ runs: LedgerRun[]; indices: number[] }> {
  const ends = new Map<string, { index: number; body: Run }>();
  for await (const { index, body } of store.index.bodies('run', { treeSize: filter.treeSize }))
    ends.set(body.run, { index, body });
  const runs: LedgerRun[] = [];
  const indices: number[] = [];
  for await (const { index, body } of store.index.bodies('plan', filter)) {
    if (!concernsScope({ plan: body }, scope)) continue;
    const ended = ends.get(body.run);
    runs.push({ entry: index, plan: body satisfies Plan, run: ended?.body });
    indices.push(index, ...(ended ? [ended.index] : []));
  }
  return { runs, indices };
}

/** The assessment's own entry and that of its framework belong to the report too. */
async function indicesOf(store: Store, assessment: number, frameworkSha256: string): Promise<number[]> {
  for await (const { index, body } of store.index.bodies('framework')) {
    if (body.sha256 === frameworkSha256) return [index, assessment];
  }
  return [assessment];
}

/** The smallest signed tree size that covers an entry: the same one whenever it is asked for. */
async function checkpointAfter(store: Store, entry: number): Promise<number> {
  for await (const key of store.objects.list('checkpoints/')) {
    const size = Number(key.slice('checkpoints/'.length));
    if (size > entry) return size;
  }
  throw new WitnessmarkError('assess-no-checkpoint', `no checkpoint covers ledger entry ${entry}`, {
    hint: 'run `witnessmark audit`',
  });
}
