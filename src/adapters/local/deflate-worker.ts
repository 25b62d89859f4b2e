import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parentPort } from 'node:worker_threads';
import { type Counts, deflate } from '../../pack/zip.ts';

/** What the other thread asks: deflate `from` into `to`. */
export interface DeflateJob {
  readonly id: number;
  readonly from: string;
  readonly to: string;
}

/** What it is told: the counts, or what went wrong. */
export type DeflateAnswer = { readonly id: number } & ({ readonly counts: Counts } | { readonly error: unknown });

async function run({ id, from, to }: DeflateJob): Promise<DeflateAnswer> {
  const counts: Counts = { crc: 0, packed: 0, size: 0 };
  try {
    await pipeline(Readable.from(deflate(createReadStream(from), counts)), createWriteStream(to));
    return { id, counts };
  } catch (error) {
    return { id, error };
  }
}

// One file after the other: what takes time is the compressor, and each thread has one.
let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (job: DeflateJob) => {
  last = last.then(async () => parentPort?.postMessage(await run(job)));
});
