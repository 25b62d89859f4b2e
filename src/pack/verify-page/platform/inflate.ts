import type { Deflated } from '../../verify/inflate.ts';

/** As `inflatedRaw` of the verifier, by the browser's own DecompressionStream, which refuses what follows the end. */
export async function* inflatedRaw({ bytes }: Deflated): AsyncGenerator<Uint8Array> {
  const { writable, readable } = new DecompressionStream('deflate-raw');
  const written = write(bytes, writable.getWriter());
  // What went wrong is told by the reading side; without this it would also be an error that nobody caught.
  written.catch(() => {});
  const reader = readable.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    await written;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function write(bytes: AsyncIterable<Uint8Array>, writer: WritableStreamDefaultWriter): Promise<void> {
  for await (const piece of bytes) await writer.write(piece as Uint8Array<ArrayBuffer>);
  await writer.close();
}
