/**
 * How fast CloudTrail files are taken in, and in how much memory: `node scripts/bench/cloudtrail.ts [MB …]`, the sizes
 * being those of the uncompressed input. Ends with 1 where the goals at the end of its output are missed.
 *
 * - base: what anybody would write in Node who looks into every record: readFileSync, gunzipSync, JSON.parse, and no more.
 * - ours: readFileSync, SHA-256 of the file, gunzip, check of bounds and of UTF-8, JSON.parse, each record placed in its
 *   account and day, every shipped selector asked about it, each event counted once, populations added up.
 * - whole: the use case behind `witnessmark ingest cloudtrail`, into a store on this disk: ours, files listed and read as the
 *   command does, and what matched is redacted, hashed, written durably, sealed, signed and indexed.
 *
 * Each is a process of its own, and they take turns at portions of 10 or 20 MB, so that a machine that does other work as
 * well is as busy for each. Loading the catalogue and making the files count for none. The processor's time is of all
 * threads; it tells more than the clock's where others use the machine.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { type Measured, measure } from './trail-measure.ts';

const SIZES = [50, 150, 400];
/** Goals: least speed of ours over that of base at the largest size, and most memory at any size, in MiB. */
const [LEAST_RATIO, MOST_MEMORY] = [0.8, 350];

type Row = readonly string[];

const HEAD: Row = [
  'input MB',
  'files',
  'records',
  'events',
  'matched',
  'base s',
  'cpu s',
  'ours s',
  'cpu s',
  'ratio',
  'median',
  'whole s',
  'cpu s',
  'base peak',
  'peak',
];

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const columns = (cells: Row): string => `| ${cells.map((it) => it.padStart(9)).join(' | ')} |`;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
const count = (number: number): string => number.toLocaleString('en');
const seconds = (number: number): string => number.toFixed(2);
const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const ratioOf = ({ base, ours }: Measured): number => base.cpu / ours.cpu;

const rowOf = (it: Measured): Row => [
  count(Math.round(it.bytes / 1e6)),
  count(it.files),
  count(it.records),
  count(it.events),
  count(it.matched),
  seconds(it.base.wall),
  seconds(it.base.cpu),
  seconds(it.ours.wall),
  seconds(it.ours.cpu),
  percent(ratioOf(it)),
  percent(median(it.ratios)),
  seconds(it.whole.wall),
  seconds(it.whole.cpu),
  mebibytes(it.base.peak),
  mebibytes(it.whole.peak),
];

function sizesOf(given: readonly string[]): number[] {
  const sizes = given.map(Number);
  if (sizes.some((it) => !(it >= 1)))
    throw new RangeError('expected sizes in MB of uncompressed input, such as 50 2000');
  return (sizes.length > 0 ? sizes : SIZES).toSorted((a, b) => a - b);
}

/** Whether the goals are met; says so. */
function judge(all: readonly Measured[], largest: Measured): boolean {
  const ratio = ratioOf(largest);
  const peak = Math.max(...all.map((it) => it.whole.peak)) / 2 ** 20;
  print(`
ratio at the largest size: ${percent(ratio)}, at least ${percent(LEAST_RATIO)} is asked for
memory at any size: ${Math.round(peak)} MiB, at most ${MOST_MEMORY} MiB is asked for`);
  return ratio >= LEAST_RATIO && peak <= MOST_MEMORY;
}

const load = (): string =>
  loadavg()
    .map((it) => it.toFixed(1))
    .join(', ');

print(`Node ${process.version}, ${availableParallelism()} of ${cpus()[0]?.model ?? 'an unknown processor'}, load ${load()}

Synthetic delivered files, the same on every machine: median 5 records, at most 600, a fifth of the records
delivered before, and one file of 15,000 records (about 20 MB) in place of every sixth portion of 10 MB.

base       read, gunzip, JSON.parse; ours: all of an ingest before sealing; whole: the ingest, sealed; see this script
s, cpu s   seconds of the clock, and of the processor
ratio      speed of ours over speed of base by the processor's time: of the sums, and the median of the portions
base peak  most memory that "base" ever held (resident set); peak: that "whole" ever held
`);
print(columns(HEAD));
print(columns(HEAD.map(() => '--------:')));
const measured: Measured[] = [];
for (const size of sizesOf(process.argv.slice(2))) {
  const it = await measure(size * 1e6);
  measured.push(it);
  print(columns(rowOf(it)));
}
print(`\nload at the end: ${load()}`);
const largest = measured.at(-1);
if (largest === undefined || !judge(measured, largest)) process.exitCode = 1;
