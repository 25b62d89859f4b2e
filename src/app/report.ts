import { stateOf } from '../assess/compare.ts';
import { checkpointKey } from '../ledger/checkpoint.ts';
import type { Entry } from '../model/entry.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Report } from '../model/report.ts';
import type { ReportRecord } from '../model/report-record.ts';
import type { PackItem, PackRequest } from '../pack/build.ts';
import { buildPack } from '../pack/build.ts';
import { PAGE } from '../pack/paths.ts';
import { RESERVE } from '../pack/sign/pdf.ts';
import type { FileDigest, PackSink } from '../pack/sink.ts';
import { verifyPage } from '../pack/verify-page/page.ts';
import { reportJson } from '../report/formats/report-json.ts';
import type { Paper } from '../report/pdf/theme.ts';
import type { Assessed } from './assess.ts';
import { cosignCheckpoint } from './cosign.ts';
import { bodyReader, readObject } from './objects.ts';
import { countersignedFrom, handoversFrom } from './pack-trust.ts';
import { renderings } from './renderings.ts';
import { seal } from './seal.ts';
import type { Store } from './store.ts';
import { type CheckpointTimestamp, type Stamper, stamperOf, stampNewest, type TimestampFailure } from './timestamps.ts';

export interface PackResult {
  readonly report: Report;
  readonly files: ReadonlyMap<string, FileDigest>;
  /** Size of the tree in which the report itself is recorded. */
  readonly recordedAt: number;
  /** Where the store has a time-stamping authority: why something in the pack has no timestamp, if so. */
  readonly timestamps?: { readonly failure?: TimestampFailure };
  /** Of the newest checkpoint, which covers the record of the report. */
  readonly timestamp?: CheckpointTimestamp;
  /** Whether as many witnesses have cosigned its checkpoint as the store's policy asks for. */
  readonly witnessed: boolean;
}

/**
 * Renders an assessment and writes its signed pack to a sink. That the report was made, and with
 * which files, becomes a ledger entry of its own, once.
 */
export async function writePack(
  store: Store,
  assessed: Assessed,
  sink: PackSink,
  paper: Paper = 'A4',
): Promise<PackResult> {
  const { report, log } = assessed;
  // Asked here already, so that the pack can bring what they give.
  await cosignCheckpoint(store, log.checkpoint.size);
  const { countersigned, witnessed } = await countersignedFrom(store, log);
  const stamper = stamperOf(store);
  const view = { paper, reserve: stamper === undefined ? RESERVE.plain : RESERVE.timestamped };
  const rendered = store.renderer?.(report, assessed, view) ?? renderings(report, assessed.evidence, view);
  const request: PackRequest = {
    report,
    json: reportJson(report),
    pdf: rendered.pdf,
    formats: rendered.formats,
    tagFiles: [{ path: PAGE, content: verifyPage() }],
    items: packItems(store, assessed),
    retrieval: (object) => readObject(store.objects, 'retrievals', object),
    checkpoint: log.checkpoint.note,
    ...(await consistencyFrom(store, assessed)),
    handovers: await handoversFrom(store),
    countersigned,
    trust: { verifierKeys: store.verifierKeys, ...store.certificates },
    signer: store.documentSigner,
    ...(await timestampsOf(store, log.checkpoint.note, stamper)),
  };
  const files = await buildPack(request, sink).finally(() => rendered.close?.());
  const { size } = await seal(store, [await reportRecord(store, assessed, files)]);
  const failure = stamper?.failure();
  const told = stamper === undefined ? {} : { timestamps: failure === undefined ? {} : { failure } };
  return { report, files, recordedAt: size, witnessed, ...told, ...(await stampNewest(store, stamper)) };
}

/** The checkpoint is stamped before the pack is made of it; a second build finds the same tokens. */
async function timestampsOf(
  { timestamps }: Store,
  note: string,
  stamper: Stamper | undefined,
): Promise<Pick<PackRequest, 'timestamps'>> {
  if (timestamps === undefined || stamper === undefined) return {};
  const { object, state } = await stamper.checkpoint(note);
  const checkpoint = state === 'failed' ? undefined : await stamper.kept(object);
  const { rootsPem } = timestamps;
  return { timestamps: { rootsPem, stamp: stamper.stamp, ...(checkpoint === undefined ? {} : { checkpoint }) } };
}

/** The root commits to these bytes, and they were checked when they were indexed: once more would take as long as all the rest. */
const provenEntry = (bytes: Uint8Array): Entry => JSON.parse(Buffer.from(bytes).toString('utf8'));

async function* packItems({ objects }: Store, { log, entries }: Assessed): AsyncGenerator<PackItem> {
  const bodyOf = bodyReader(objects);
  for (const index of entries) {
    const entry = provenEntry(await log.entry(index));
    yield { index, kind: entry.kind, body: await bodyOf(entry), proof: () => log.tlogProof(index) };
  }
}

/** Earlier reports that a pack proves consistency with; older ones can be asked of the store. */
const EARLIER_REPORTS = 500;

/** Proofs that the ledger only grew since each earlier report: whoever kept one of those can compare. */
async function consistencyFrom(store: Store, { log }: Assessed): Promise<Required<Pick<PackRequest, 'consistency'>>> {
  const { size } = log.checkpoint;
  const sizes = new Set<number>();
  for await (const { body } of store.index.bodies('report', { treeSize: size })) {
    if (body.treeSize < size) sizes.add(body.treeSize);
  }
  const consistency = [];
  for (const older of [...sizes].sort((a, b) => a - b).slice(-EARLIER_REPORTS)) {
    const stored = await store.objects.get(checkpointKey(older));
    if (!stored)
      throw new WitnessmarkError('ledger-checkpoint-missing', `${checkpointKey(older)} is missing`, {
        hint: 'run `witnessmark audit`',
      });
    consistency.push({
      previous: Buffer.from(stored.bytes).toString('utf8'),
      hashes: await log.consistencyProof(older, size),
    });
  }
  return { consistency };
}

/** Nothing when the same report with the same files is recorded already. */
async function reportRecord(store: Store, { report }: Assessed, files: PackResult['files']): Promise<ReportRecord[]> {
  const listed = [...files].map(([path, { sha256 }]) => ({ path, sha256 })).sort((a, b) => (a.path < b.path ? -1 : 1));
  const manifest = files.get('manifest-sha256.txt')?.sha256 ?? '';
  const id = store.identity.id('report', report.id, manifest);
  for await (const { body } of store.index.bodies('report')) if (body.id === id) return [];
  return [
    {
      v: 1,
      kind: 'report',
      id,
      run: id,
      at: store.clock.now(),
      salt: store.identity.salt(id),
      framework: report.framework.id,
      period: report.period,
      treeSize: report.ledger.size,
      // The proofs follow from the ledger and the rest from these; thousands of lines would say no more.
      files: listed.filter(
        ({ path }) => !path.startsWith('data/proofs/') && !path.startsWith('data/evidence/retrievals/'),
      ),
      state: stateOf(report),
    },
  ];
}
