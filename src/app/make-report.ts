import { WitnessmarkError } from '../model/error.ts';
import { type JobNews, PACK_FILE, type ReportFile, type ReportJob } from '../model/report-job.ts';
import type { FileDigest, PackSink } from '../pack/sink.ts';
import { FORMATS } from '../report/formats.ts';
import { type Assessed, assessPinned } from './assess.ts';
import { assessments, definitionAt } from './assessments.ts';
import { syncIndex } from './replay.ts';
import { writePack } from './report.ts';
import type { Store } from './store.ts';

/** Where a pack and its zip are put. */
export interface PackTarget extends PackSink {
  /** All files are there: writes the zip, and puts both where they belong. Gives the digest of the zip. */
  done(): Promise<{ readonly zip: FileDigest }>;
  /** Leaves nothing that is half written. */
  abandon(): Promise<void>;
}

/** A pack that is whole and recorded in the ledger, but perhaps not zipped yet. */
export interface MadePack {
  readonly report: string;
  readonly files: ReadonlyMap<string, FileDigest>;
}

export interface Making {
  /** Where to put the pack of the report of this name. */
  readonly target: (report: string) => Promise<PackTarget>;
  readonly tell: (news: JobNews) => void;
  /** What an earlier call had made, where it had to stop after that. */
  readonly made?: MadePack | undefined;
  /** Told once the pack is made and recorded, before it is zipped. */
  readonly keep?: (made: MadePack) => Promise<void>;
}

type Asked = Pick<ReportJob, 'assessment' | 'version' | 'paper' | 'timeZone'>;

/**
 * Makes the report that a job asks for: assesses the version that the ledger has pinned, writes its signed pack
 * to the target, has that it was made recorded in the ledger, once, and zips it. Gives the name of the report and
 * its files. A target with a memory goes on where an earlier call stopped; the assessment is made again.
 * @throws WitnessmarkError `assess-unknown`, and whatever store and target throw
 */
export async function makeReport(store: Store, job: Asked, making: Making): Promise<Required<Finished>> {
  const { made, target, tell } = making;
  if (made !== undefined) return zipped(await target(made.report), made, tell);
  tell({ stage: 'assessing' });
  const assessed = await assessedAgain(store, job);
  const report = assessed.report.id;
  const sink = await target(report);
  tell({ stage: 'writing' });
  const { files } = await orAbandon(sink, () => writePack(store, assessed, counted(sink, tell), job.paper));
  await making.keep?.({ report, files });
  return zipped(sink, { report, files }, tell);
}

type Finished = Pick<JobNews, 'report' | 'files'>;

async function assessedAgain(store: Store, { assessment, version, timeZone }: Asked): Promise<Assessed> {
  await syncIndex(store);
  const known = (await assessments(store)).find((it) => it.id === assessment);
  const pinned = known?.versions.find((it) => it.entry === version);
  if (pinned === undefined)
    throw new WitnessmarkError('assess-unknown', `there is no version ${version} of ${assessment}`);
  return assessPinned(store, await definitionAt(store, pinned), pinned, { timeZone });
}

async function zipped(
  sink: PackTarget,
  { report, files }: MadePack,
  tell: Making['tell'],
): Promise<Required<Finished>> {
  tell({ stage: 'packing' });
  const { zip } = await orAbandon(sink, () => sink.done());
  return { report, files: reportFiles(files, zip) };
}

async function orAbandon<T>(sink: PackTarget, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    await sink.abandon();
    throw thrown;
  }
}

/** Tells how many files of a pack are stored. */
function counted(sink: PackSink, tell: Making['tell']): PackSink {
  let written = sink.memory?.size ?? 0;
  return {
    ...sink,
    async put(path, content) {
      await sink.put(path, content);
      written += 1;
      tell({ written });
    },
  };
}

/** What of a report can be downloaded: the zip, the PDF, and every rendering. */
function reportFiles(files: ReadonlyMap<string, FileDigest>, zip: FileDigest): ReportFile[] {
  const names = ['report.pdf', ...FORMATS.keys()];
  const digests: [string, FileDigest | undefined][] = names.map((name) => [name, files.get(`data/${name}`)]);
  return [[PACK_FILE, zip] as const, ...digests].flatMap(([name, digest]) =>
    digest === undefined ? [] : [{ name, bytes: digest.size, sha256: digest.sha256 }],
  );
}
