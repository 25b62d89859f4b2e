// How fast CloudTrail files are taken in, and in how much memory: `node scripts/bench/cloudtrail.ts [MB …]`.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Measured } from './trail-measure.ts';

const SIZES = [50, 200, 500];

const sizes = process.argv.slice(2).map(Number);
if (sizes.some((it) => !(it >= 1))) throw new RangeError('expected sizes in MB of uncompressed input, such as 50 2000');

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const columns = (cells: readonly string[]): string => `| ${cells.map((it) => it.padStart(9)).join(' | ')} |`;
const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
const count = (number: number): string => number.toLocaleString('en');

function measure(mode: 'speed' | 'ingest', size: number): Measured {
  const script = fileURLToPath(new URL('./trail-measure.ts', import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [script, mode, String(size)], { encoding: 'utf8' })) as Measured;
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;

print(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`);
print(`Synthetic delivered files, the same on every machine: median 5 records, at most 600, a fifth of the records
delivered before, and one file of 15,000 records (about 20 MB) in place of every sixth portion of 10 MB.

base, ours: seconds of processor time, since other work on the machine would count in seconds of the clock
base   read the file, gunzipSync with its defaults, JSON.parse
ours   read, SHA-256, gunzip, check of bounds and UTF-8, JSON.parse, place each record, count each event once,
       populations by account and day, every shipped selector; interleaved with base, portion by portion
ratio  speed of ours over speed of base: of the sums, and the median of the portions
whole  the use case into a store on disk: ours, and what matched is redacted, sealed, signed and indexed; seconds of the clock
peak   most memory that the process of "whole" ever held (resident set)
`);
const HEAD = [
  'input MB',
  'files',
  'records',
  'events',
  'matched',
  'base s',
  'ours s',
  'ratio',
  'median',
  'whole s',
  'peak',
];
print(columns(HEAD));
print(columns(HEAD.map(() => '--------:')));
for (const size of sizes.length > 0 ? sizes : SIZES) {
  const [speed, whole] = [measure('speed', size), measure('ingest', size)];
  print(
    columns([
      count(Math.round(speed.bytes / 1e6)),
      count(speed.files),
      count(speed.records),
      count(speed.events),
      count(speed.matched),
      speed.base.toFixed(2),
      speed.ours.toFixed(2),
      percent(speed.base / speed.ours),
      percent(median(speed.ratios)),
      whole.ours.toFixed(2),
      mebibytes(whole.peak),
    ]),
  );
}
