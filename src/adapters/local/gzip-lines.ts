import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** How much of a file is taken in, in bytes and lines. */
export interface LineLimits {
  readonly fileBytes: number;
  readonly textBytes: number;
  readonly lineBytes: number;
  readonly lines: number;
}

/**
 * The lines of a gzipped UTF-8 text, each ended by LF, one after the other and never more than one
 * in memory. Throws as soon as a limit is passed, so a small file that unpacks to a huge one costs
 * no more than the limit.
 */
export async function* readLines(file: string, limits: LineLimits): AsyncGenerator<string> {
  const info = await lstat(file);
  if (!info.isFile()) throw new Error('expected a file');
  if (info.size > limits.fileBytes) throw new Error(`expected at most ${limits.fileBytes} bytes, got ${info.size}`);
  const text = pipeline(createReadStream(file), createGunzip(), () => undefined);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const pending: Buffer[] = [];
  let [bytes, line, lines] = [0, 0, 0];
  for await (const chunk of text as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.textBytes) throw new Error(`expected at most ${limits.textBytes} bytes of text`);
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      assertLine(line + end - start, limits);
      pending.push(chunk.subarray(start, end));
      yield decoder.decode(Buffer.concat(pending));
      pending.length = 0;
      lines += 1;
      if (lines > limits.lines) throw new Error(`expected at most ${limits.lines} lines`);
      [line, start] = [0, end + 1];
    }
    pending.push(chunk.subarray(start));
    line += chunk.length - start;
    assertLine(line, limits);
  }
  if (line > 0) throw new Error('the last line is cut short: it does not end with a line feed');
}

function assertLine(length: number, { lineBytes }: LineLimits): void {
  if (length > lineBytes) throw new Error(`expected at most ${lineBytes} bytes in a line`);
}
