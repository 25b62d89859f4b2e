import type { EvidenceItem, Report } from '../../model/report.ts';
import type { Digests } from './digests.ts';
import type { TarScan } from './proofs.ts';

/** What can be done aside, on another processor, while a pack is read. Its answers are those of the same code here. */
export interface Aside {
  digests(): Promise<Digests>;
  /**
   * Whether one more tar of proofs is for whoever asks. Here they are taken from the first on, aside from the last on,
   * until both have met.
   */
  claim(): boolean;
  /** What is proved by a tar that nobody has claimed here. */
  tar(file: string): Promise<TarScan>;
  /** The report whose renderings are wanted; to be told before any evidence. */
  begin(report: Report): void;
  /** Takes evidence in ledger order, as it is read. */
  take(items: readonly EvidenceItem[]): void;
  /** Nothing more comes. */
  end(): void;
  /** SHA-256 of every rendering of that report over what was taken, by format. */
  renderings(): Promise<ReadonlyMap<string, string>>;
}

/** What a thread that works aside is started with. */
export interface AsideStart {
  readonly folder: string;
  readonly tars: readonly string[];
  /** How many of the tars have been claimed, on either side. */
  readonly claimed: Int32Array<SharedArrayBuffer>;
}

/** Claims one more tar; false once there is none. */
export const claimTar = ({ tars, claimed }: Pick<AsideStart, 'tars' | 'claimed'>): boolean =>
  Atomics.add(claimed, 0, 1) < tars.length;
