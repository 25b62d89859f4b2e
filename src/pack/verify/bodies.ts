import { isCanonical, sha256Hex } from '../../ledger/canonical.ts';
import { utf8 } from '../../ledger/text.ts';
import { Body } from '../../model/entry.ts';
import type { Evidence, Observations } from '../../model/evidence.ts';
import type { EvidenceItem, Report } from '../../model/report.ts';
import type { ReportRecord } from '../../model/report-record.ts';
import type { RetrievalRef } from '../../model/retrieval.ts';
import type { AssessmentDefinition, FrameworkVersion } from '../../model/run.ts';
import { evidenceItem } from '../../report/evidence-item.ts';
import { PATHS } from '../paths.ts';
import type { Aside } from './aside.ts';
import { findingList, findingOf, PackFault, unreadable } from './fault.ts';
import { type Line, linesOf } from './lines.ts';
import type { Pack } from './pack.ts';
import type { ProofScan, ProvedEntry } from './proofs.ts';
import { sharer } from './share.ts';
import type { Finding } from './types.ts';

/** What later steps need of one item of evidence, and no more: a pack may hold a million. */
export interface EvidenceState {
  readonly index: number;
  /** What only the tables show beside; left out in a pack that is too large to keep it. */
  readonly shown: Pick<Evidence, 'resourceType' | 'name' | 'reason'> | undefined;
  readonly hash: string;
  readonly run: string;
  readonly at: string;
  readonly source: string;
  readonly account: string;
  readonly region: string;
  readonly subject: string;
  readonly outcome: Evidence['outcome'];
  readonly change: Evidence['change'];
  /** What reports quote of those that failed or could not be judged; left out of all others. */
  readonly told: Pick<Evidence, 'name' | 'reason' | 'failures'> | undefined;
  /** Time of the event, for event evidence. */
  readonly eventTime: string | undefined;
}

export interface ObservationsBody {
  readonly index: number;
  readonly line: number;
  readonly body: Observations;
}

export interface PinnedBody {
  readonly index: number;
  readonly body: FrameworkVersion | AssessmentDefinition;
}

/** A reference to one recorded call, with the first line of the bodies that makes it. */
export interface CallReference extends RetrievalRef {
  readonly from: number;
}

export interface BodyScan {
  readonly evidence: readonly EvidenceState[];
  /** Evidence of each source, in order of (time, ledger index). */
  bySource(): ReadonlyMap<string, readonly EvidenceState[]>;
  readonly observations: readonly ObservationsBody[];
  /** Earlier reports, by their ledger index. */
  readonly reports: ReadonlyMap<number, ReportRecord>;
  /** Frameworks and assessments as they were pinned. */
  readonly pinned: readonly PinnedBody[];
  /** The whole evidence of entries that the report samples. */
  readonly sampled: ReadonlyMap<number, Evidence>;
  /** The evidence of a ledger entry, if it is one. */
  byIndex(index: number): EvidenceState | undefined;
  /** Object → `line operation sha256` → reference, each once. */
  readonly calls: ReadonlyMap<string, ReadonlyMap<string, CallReference>>;
  /** Lines whose hash is in no entry that is proved. */
  readonly unproved: readonly number[];
  /** Hashes of all bodies that are right. */
  readonly hashes: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/** Longest body, in bytes. */
export const MAX_LINE = 16 * 1024 * 1024;

interface Collected {
  readonly shown: Showing;
  readonly evidence: EvidenceState[];
  readonly observations: ObservationsBody[];
  readonly reports: Map<number, ReportRecord>;
  readonly pinned: PinnedBody[];
  /** Entries that the report samples, with their evidence once it is read. */
  readonly sampled: Map<number, Evidence>;
  readonly samples: ReadonlySet<number>;
  readonly calls: Map<string, Map<string, CallReference>>;
  readonly unproved: number[];
  readonly hashes: Set<string>;
  readonly same: (text: string) => string;
}

/** Reads `bodies.jsonl` once: each line is a canonical body, sealed by the entry that a proof is about. */
export async function scanBodies(pack: Pack): Promise<BodyScan> {
  const file = PATHS.bodies;
  if (!pack.files.sizes.has(file)) throw new PackFault({ file, message: 'is missing' });
  const proofs = await pack.proofs();
  const report = await pack.report().catch(() => undefined);
  const shown = showing(pack.aside, report);
  const collected: Collected = {
    shown,
    evidence: [],
    observations: [],
    reports: new Map(),
    pinned: [],
    sampled: new Map(),
    samples: sampledEntries(report),
    calls: new Map(),
    unproved: [],
    hashes: new Set(),
    same: sharer(),
  };
  const { findings, add } = findingList();
  let last = -1;
  try {
    for await (const line of linesOf(pack.files.read(file), MAX_LINE)) {
      try {
        last = takeLine(collected, proofs, { line, last });
      } catch (thrown) {
        add({ ...findingOf(thrown, file), line: line.number });
      }
    }
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  shown.end();
  // In order of their index, unless the order itself was wrong, which is a finding.
  const places = new Map(collected.evidence.map((it) => [it.index, it]));
  let bySource: Map<string, EvidenceState[]> | undefined;
  return {
    ...collected,
    byIndex: (index) => places.get(index),
    bySource() {
      bySource ??= Map.groupBy(collected.evidence.toSorted(byTime), (it) => it.source);
      return bySource;
    },
    findings,
  };
}

/** In order of (time, ledger index). */
export const byTime = (a: { at: string; index: number }, b: { at: string; index: number }): number =>
  a.at === b.at ? a.index - b.index : a.at < b.at ? -1 : 1;

/** None where there is no report: that is the finding of another step. */
const sampledEntries = (report: Report | undefined): Set<number> =>
  new Set(report?.samples.flatMap(({ items }) => items.map((it) => it.entry)));

/** Where what the tables show goes to. */
interface Showing {
  /** Takes what a piece of evidence shows, and gives what is to be kept of it. */
  take(item: EvidenceItem): EvidenceState['shown'];
  end(): void;
}

/** From so many on, the tables are rendered from the file once more: memory is dearer then than time. */
const MOST_SHOWN = 200_000;
const BATCH = 4000;

function showing(aside: Aside | undefined, report: Report | undefined): Showing {
  let taken = 0;
  let batch: EvidenceItem[] = [];
  const flush = (): void => {
    if (batch.length > 0) aside?.take(batch);
    batch = [];
  };
  if (aside === undefined || report === undefined) {
    const keep = ({ resourceType, name, reason }: EvidenceItem) => ({ resourceType, name, reason });
    return { take: (item) => (++taken <= MOST_SHOWN ? keep(item) : undefined), end: () => {} };
  }
  aside.begin(report);
  return {
    take(item) {
      if (batch.push(item) === BATCH) flush();
      return undefined;
    },
    end() {
      flush();
      aside.end();
    },
  };
}

/** Keeps what a line says and gives its ledger index; throws a `PackFault` where it is not as it must be. */
function takeLine(collected: Collected, proofs: ProofScan, { line, last }: { line: Line; last: number }): number {
  const { hash, value } = canonicalLine(line);
  const proved = proofs.byBody.get(hash);
  if (proved === undefined) {
    collected.unproved.push(line.number);
    throw lineFault(line, `has the hash ${hash}, which no proved ledger entry commits to`);
  }
  const body = sealedBody(line, value, proved);
  const { index } = proved;
  if (collected.hashes.has(hash)) throw lineFault(line, 'is there a second time');
  collected.hashes.add(proved.hash);
  keep(collected, { body, hash: proved.hash, index, line: line.number });
  if (index < last) throw lineFault(line, `ledger entry ${index} comes after entry ${last}`);
  return index;
}

function lineFault(line: Line, message: string): PackFault {
  return new PackFault({ file: PATHS.bodies, line: line.number, message });
}

function canonicalLine(line: Line): { readonly hash: string; readonly value: unknown } {
  if (line.tooLong) throw lineFault(line, `is longer than ${MAX_LINE} bytes; nothing after it was read`);
  if (line.rest) throw lineFault(line, 'does not end in a line feed');
  const text = utf8(line.bytes);
  if (text === undefined) throw lineFault(line, 'is not UTF-8');
  const value: unknown = JSON.parse(text);
  if (!isCanonical(value, text)) throw lineFault(line, 'is not canonical JSON');
  return { hash: sha256Hex(line.bytes), value };
}

function sealedBody(line: Line, value: unknown, proved: ProvedEntry): Body {
  const parsed = Body.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw lineFault(line, `is not a body of any known kind: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const differs = (['kind', 'id', 'run', 'at'] as const).find((key) => parsed.data[key] !== proved[key]);
  if (differs !== undefined) throw lineFault(line, `says another \`${differs}\` than ledger entry ${proved.index}`);
  return parsed.data;
}

interface SealedBody {
  readonly body: Body;
  readonly hash: string;
  readonly index: number;
  readonly line: number;
}

function keep(collected: Collected, { body, hash, index, line }: SealedBody): void {
  if (body.kind === 'report') collected.reports.set(index, body);
  if (body.kind === 'framework' || body.kind === 'assessment') collected.pinned.push({ index, body });
  if (body.kind === 'observations') collected.observations.push({ index, line, body });
  if (body.kind !== 'evidence') return;
  if (collected.samples.has(index)) collected.sampled.set(index, body);
  const { subject, outcome, change } = body;
  const { same } = collected;
  const [run, at, source] = [same(body.run), same(body.at), same(body.source)];
  const [account, region] = [same(body.account), same(body.region)];
  const state = { index, hash, run, at, source, account, region, subject, outcome, change };
  const { name, reason, failures } = body;
  const told = outcome === 'non_compliant' || outcome === 'inconclusive' ? { name, reason, failures } : undefined;
  const shown = collected.shown.take(evidenceItem({ index, hash, evidence: body }));
  collected.evidence.push({ ...state, eventTime: body.event?.eventTime, shown, told });
  for (const reference of body.retrievals) {
    const calls = collected.calls.get(reference.object) ?? new Map<string, CallReference>();
    collected.calls.set(reference.object, calls);
    const key = `${reference.line} ${reference.operation} ${reference.sha256}`;
    if (!calls.has(key)) calls.set(key, { ...reference, from: line });
  }
}
