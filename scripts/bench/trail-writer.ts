// Writes delivered files on request, in a process of its own, so that making them counts in no measurement.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { randomOf, recordText } from './trail-records.ts';

/** Asks for one portion of files in `folder`; what was there before is removed. */
export interface Order {
  readonly folder: string;
  readonly portion: number;
}

export interface Portion {
  readonly files: readonly string[];
  readonly records: number;
  /** Of uncompressed text. */
  readonly bytes: number;
}

const PORTION_BYTES = 10 * 1000 * 1000;
/** Every so often one large file, as exports of a whole day are, takes the place of many. */
const LARGE_EVERY = 6;
/** Early, so that small sizes have one too. */
const LARGE_AT = 2;
const LARGE_RECORDS = 15_000;
/** A fifth of what is delivered was delivered before. */
const AGAIN = 0.2;

const recent: string[] = [];

process.on('message', (order: Order) => process.send?.(write(order)));

function write({ folder, portion }: Order): Portion {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const random = randomOf(portion + 1);
  const files: string[] = [];
  let [records, bytes] = [0, 0];
  while (bytes < PORTION_BYTES) {
    const isLarge = portion % LARGE_EVERY === LARGE_AT;
    const count = isLarge ? LARGE_RECORDS : recordsInFile(random);
    const text = `{"Records":[${Array.from({ length: count }, () => nextRecord(random, portion)).join(',')}]}`;
    const file = join(
      folder,
      `111122223333_CloudTrail_eu-west-1_${portion}-${String(files.length).padStart(5, '0')}.json.gz`,
    );
    writeFileSync(file, gzipSync(text, { level: 6 }));
    files.push(file);
    records += count;
    bytes += Buffer.byteLength(text);
  }
  return { files, records, bytes };
}

/** Median 5, one file in a hundred above a hundred, at most 600. */
function recordsInFile(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(600, Math.max(1, Math.round(5 * Math.exp(1.4 * normal))));
}

/** Days go on with the portions; every tenth record comes a day late. */
function nextRecord(random: () => number, portion: number): string {
  const again = random() < AGAIN ? recent[Math.floor(random() * recent.length)] : undefined;
  if (again !== undefined) return again;
  const day = Math.floor(portion / 5) - (random() < 0.1 ? 1 : 0);
  const text = recordText(random, new Date(Date.UTC(2026, 0, 2 + day)).toISOString().slice(0, 10));
  if (recent.length < 2000) recent.push(text);
  else recent[Math.floor(random() * recent.length)] = text;
  return text;
}
