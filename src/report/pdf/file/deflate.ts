import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate } from 'node:zlib';
import { ROW } from './positions.ts';

/** Deflates what may be too long to hold twice. What comes out is held: it is asked for its length. */
export async function deflated(pieces: Iterable<Uint8Array>): Promise<Uint8Array[]> {
  const result: Uint8Array[] = [];
  await pipeline(
    Readable.from(pieces),
    createDeflate({ chunkSize: 65_536 }),
    async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) result.push(chunk);
    },
  );
  return result;
}

/** Filter type Up of PNG (ISO 32000-1, 7.4.4.4): neighbouring rows differ in little, so that millions shrink to almost nothing. */
export function* predicted(blocks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let above: Uint8Array = new Uint8Array(ROW);
  for (const block of blocks) {
    const rows = block.length / ROW;
    const result = new Uint8Array(rows * (ROW + 1));
    for (let row = 0; row < rows; row++) {
      const [from, to] = [row * ROW, row * (ROW + 1)];
      result[to] = 2;
      for (let at = 0; at < ROW; at++) {
        const over = row === 0 ? above[at] : block[from - ROW + at];
        result[to + 1 + at] = (block[from + at] ?? 0) - (over ?? 0);
      }
    }
    above = block.slice(-ROW);
    yield result;
  }
}
