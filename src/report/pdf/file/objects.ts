import { deflateSync } from 'node:zlib';
import { deflated, predicted } from './deflate.ts';
import { makePositions, ROW } from './positions.ts';
import { makeScratch } from './scratch.ts';

/** Objects of a PDF on their way out. Nothing of an object stays here but its position. */
export interface Objects {
  /** Takes the number of a new object, which has to be written some time. */
  next(): number;
  /** How many numbers were taken. */
  count(): number;
  /** Writes an object that is not a stream; it goes into an object stream (ISO 32000-1, 7.5.7). */
  write(id: number, body: string): void;
  /** Writes an object as it is, for streams and for what a simple reader has to find. Strings are Latin-1. */
  writePlain(id: number, parts: readonly (string | Uint8Array)[]): void;
  /** What has been written since the last call. */
  take(): Uint8Array[];
  /** Writes what is left and the cross-reference; `trailer` are the entries of its dictionary. */
  finish(trailer: string): Promise<void>;
}

/** Bytes in one object stream before it is deflated: enough to compress well, little to inflate for one object. */
const PACK_BYTES = 48 * 1024;
const CHUNK = 64 * 1024;

/** A reference to an object. */
export const ref = (id: number): string => `${id} 0 R`;

/** An empty file that begins with `head`. */
export function makeObjects(head: string): Objects {
  const positions = makePositions();
  const output = makeOutput();
  output.add(head);
  let last = 0;
  const bodies = makeScratch(2 * PACK_BYTES);
  let packed: number[] = [];
  let starts: number[] = [];

  const writePlain: Objects['writePlain'] = (id, parts) => {
    positions.plain(id, output.offset());
    output.add(`${id} 0 obj\n`);
    for (const part of parts) output.add(part);
    output.add('\nendobj\n');
  };
  const flush = (): void => {
    if (packed.length === 0) return;
    const stream = ++last;
    for (const [index, id] of packed.entries()) positions.packed(id, stream, index);
    const head = `${packed.map((id, index) => `${id} ${starts[index]}`).join(' ')}\n`;
    const bytes = deflateSync(Buffer.concat([Buffer.from(head), bodies.take()]));
    const entries = `/Type /ObjStm /N ${packed.length} /First ${head.length} /Length ${bytes.length}`;
    writePlain(stream, [`<< ${entries} /Filter /FlateDecode >>\nstream\n`, bytes, '\nendstream']);
    packed = [];
    starts = [];
  };
  return {
    next: () => ++last,
    count: () => last,
    write: (id, body) => {
      packed.push(id);
      starts.push(bodies.length());
      bodies.add(body);
      bodies.add('\n');
      if (bodies.length() > PACK_BYTES) flush();
    },
    writePlain,
    take: output.take,
    finish: async (trailer) => {
      flush();
      const id = ++last;
      const start = output.offset();
      positions.plain(id, start);
      const rows = await deflated(predicted(positions.rows(last)));
      const length = rows.reduce((sum, it) => sum + it.length, 0);
      const form = `/Filter /FlateDecode /DecodeParms << /Columns ${ROW} /Predictor 12 >>`;
      const entries = `/Type /XRef /Size ${last + 1} /W [1 5 2] ${trailer} /Length ${length} ${form}`;
      writePlain(id, [`<< ${entries} >>\nstream\n`, ...rows, '\nendstream']);
      output.add(`startxref\n${start}\n%%EOF\n`);
    },
  };
}

interface Output {
  offset(): number;
  add(part: string | Uint8Array): void;
  take(): Uint8Array[];
}

/** Chunks of bytes from strings and bytes, in order. */
function makeOutput(): Output {
  let chunks: Uint8Array[] = [];
  let text = '';
  let offset = 0;
  const flush = (): void => {
    if (text !== '') chunks.push(Buffer.from(text, 'latin1'));
    text = '';
  };
  return {
    offset: () => offset,
    add: (part) => {
      offset += part.length;
      if (typeof part === 'string') text += part;
      else {
        flush();
        chunks.push(part);
      }
      if (text.length > CHUNK) flush();
    },
    take: () => {
      flush();
      const taken = chunks;
      chunks = [];
      return taken;
    },
  };
}
