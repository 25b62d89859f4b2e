import type { Assessment } from '../assess/assess.ts';
import { assess } from '../assess/assess.ts';
import { endOf, startOf } from '../assess/days.ts';
import type { AssessmentInput, LedgerRun } from '../assess/input.ts';
import { concernsScope } from '../assess/runs.ts';
import { scopeOf } from '../assess/scope.ts';
import type { Log } from '../ledger/read.ts';
import { openLog } from '../ledger/read.ts';
import { encodeBase64 } from '../ledger/text.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { EvidenceItem, Report } from '../model/report.ts';
import type { Plan, Run } from '../model/run.ts';
import { signingOf } from '../pack/sign/certificates.ts';
import type { ObservationRow } from '../ports/evidence-index.ts';
import { RENDERING } from '../report/format.ts';
import { assessmentId } from './assessments.ts';
import { evidenceAmong } from './evidence-among.ts';
import { periodEvidence } from './period-evidence.ts';
import type { Definition, Pinned } from './pin.ts';
import { pin } from './pin.ts';
import { previousReport } from './previous.ts';
import { syncIndex } from './replay.ts';
import { withCalls } from './samples.ts';
import { quotedEntries, statedEnd } from './statements.ts';
import type { Store } from './store.ts';

/** A report with what a pack needs beside it. */
export interface Assessed {
  readonly report: Report;
  /** The log at the checkpoint that the report rests on. */
  readonly log: Log;
  /** Evidence that the report rests on, in ledger order. Each iteration reads it anew. */
  readonly evidence: AsyncIterable<EvidenceItem>;
  /** Entries from here on came after the assessment. */
  readonly treeSize: number;
  /** Ledger indices of everything that the report rests on, ascending, each body once. */
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
export async function assessPeriod(store: Store, definition: Definition, view: AssessView = {}): Promise<Assessed> {
  await syncIndex(store);
  const size = await store.index.size();
  const before = await load(store, definition, size);
  if (before.entries.length === 0) throw nothingCollected(definition);
  const pinned = await pin(store, definition, await endWith(store, definition, before));
  // Nothing that matters came after `before.end`. Only another writer can have put something between what
  // was loaded and the assessment's own two entries.
  if (pinned.entry > size + 1) return assessPinned(store, definition, pinned, view);
  return reported(store, { definition, pinned, treeSize: size, rests: before }, view);
}

/** Pins an assessment over everything that the ledger holds now, and gives its entry. */
export async function pinPeriod(store: Store, definition: Definition): Promise<Pinned> {
  await syncIndex(store);
  const loaded = await load(store, definition, await store.index.size());
  if (loaded.entries.length === 0) throw nothingCollected(definition);
  return pin(store, definition, await endWith(store, definition, loaded));
}

const aboutOf = ({ framework: { framework }, scope, period }: Definition) => ({
  framework,
  assessment: assessmentId(framework, scope, period),
});

/** One past the newest entry that matters, of evidence or of statements. */
const endWith = async (store: Store, definition: Definition, { end }: Loaded): Promise<number> =>
  Math.max(end, await statedEnd(store, aboutOf(definition)));

/** As `assessPeriod`, for an assessment that the ledger holds already: writes nothing. The index must be up to date. */
export async function assessPinned(
  store: Store,
  definition: Definition,
  pinned: Pinned,
  view: AssessView = {},
): Promise<Assessed> {
  const treeSize = pinned.entry;
  return reported(store, { definition, pinned, treeSize, rests: await load(store, definition, treeSize) }, view);
}

/** The verdicts of an assessment that the ledger holds, without what only its report needs. */
export async function verdictsOf(
  store: Store,
  definition: Definition,
  { entry }: Pick<Pinned, 'entry'>,
): Promise<Assessment & { readonly asOf: string }> {
  const rests = await load(store, definition, entry);
  const log = await openLog(store.objects, store.verifierKeys, await checkpointAfter(store, entry));
  const { root } = ledgerOf(store, log);
  const evidence = periodEvidence(store, definition, entry);
  return { asOf: rests.asOf, ...(await assess({ ...definition, ...rests, evidence, root })) };
}

interface Resting {
  readonly definition: Definition;
  readonly pinned: Pinned;
  readonly treeSize: number;
  readonly rests: Loaded;
}

async function reported(
  store: Store,
  { definition, pinned, treeSize, rests }: Resting,
  { timeZone = 'UTC' }: AssessView,
): Promise<Assessed> {
  const { frameworkSha256, entry, at: madeAt } = pinned;
  const log = await openLog(store.objects, store.verifierKeys, await checkpointAfter(store, entry));
  const ledger = ledgerOf(store, log);
  const evidence = periodEvidence(store, definition, treeSize);
  const assessment = await assess({ ...definition, ...rests, evidence, root: ledger.root });
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
    samples: await withCalls(store, assessment.samples),
    previous,
    timeZone,
    ledger,
    signing: signingOf(store.certificates.signingPem, madeAt),
  };
  const own = await ownEntries(store, definition, pinned);
  const entries = ascending(rests.entries.concat(own, previous ? [previous.entry] : []));
  return { report, log, evidence: evidenceAmong(store.index, { treeSize, entries }), treeSize, entries };
}

/** Each once. A set of a million numbers would take ten times as much memory while it lasts. */
function ascending(indices: readonly number[]): number[] {
  const sorted = Float64Array.from(indices).sort();
  return Array.from(sorted.filter((index, at) => index !== sorted[at - 1]));
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
  // That of the newest key that signed it, so that a report made again after a rotation says the same.
  const signers = new Set(checkpoint.signers.map(({ vkey }) => vkey));
  const verifierKey = store.verifierKeys.findLast((vkey) => signers.has(vkey)) ?? '';
  return {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: encodeBase64(checkpoint.root),
    checkpoint: checkpoint.note,
    verifierKey,
  };
}

type Loaded = Pick<AssessmentInput, 'observations' | 'runs'> & {
  /** Indices of every entry among them and of the evidence. */
  readonly entries: readonly number[];
  /** One past the largest of those. */
  readonly end: number;
  readonly asOf: string;
};

/** What the first `treeSize` entries say of the scope and the period. */
async function load(store: Store, { period, scope }: Definition, treeSize: number): Promise<Loaded> {
  const inScope = scopeOf(scope);
  const observations: ObservationRow[] = [];
  for await (const row of store.index.observations({ treeSize })) {
    const { day } = row.observation;
    const inPeriod = day >= period.from && day <= period.to;
    if (inPeriod && inScope(row)) observations.push(row);
  }
  const [start, end] = [startOf(period), endOf(period)];
  const { runs, indices } = await runsIn(store, scope, { from: start, to: end, treeSize });
  const entries = [...new Set([...observations.map((it) => it.index), ...indices])];
  let asOf = [start, ...observations.map((it) => it.at), ...runs.map((it) => it.plan.at)].reduce(later);
  for await (const rows of periodEvidence(store, { period, scope }, treeSize)) {
    for (const { index, evidence } of rows) {
      entries.push(index);
      asOf = later(asOf, evidence.at);
    }
  }
  return { observations, runs, entries, end: entries.reduce((max, index) => Math.max(max, index + 1), 0), asOf };
}

const later = (a: string, b: string): string => (a > b ? a : b);

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

/** The assessment's own entry, that of its framework and those of statements belong to the report too. */
async function ownEntries(store: Store, definition: Definition, { entry, frameworkSha256 }: Pinned): Promise<number[]> {
  const stated = await quotedEntries(store, {
    about: aboutOf(definition),
    quoted: definition.statements,
    treeSize: entry,
  });
  for await (const { index, body } of store.index.bodies('framework')) {
    if (body.sha256 === frameworkSha256) return [index, entry, ...stated];
  }
  return [entry, ...stated];
}

/** The smallest signed tree size that covers an entry: the same one whenever it is asked for. */
export async function checkpointAfter(store: Pick<Store, 'objects'>, entry: number): Promise<number> {
  for await (const key of store.objects.list('checkpoints/')) {
    const size = Number(key.slice('checkpoints/'.length));
    if (size > entry) return size;
  }
  throw new WitnessmarkError('assess-no-checkpoint', `no checkpoint covers ledger entry ${entry}`, {
    hint: 'run `witnessmark audit`',
  });
}
