/**
 * The lines of a stream without their line feeds, numbered from 1. `rest` is set on a last line that
 * has none. A line longer than `limit` ends the reading with a line that is `tooLong`.
 */
export interface Line {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly rest: boolean;
  readonly tooLong: boolean;
}

const LINE_FEED = 0x0a;

export async function* linesOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Line> {
  let number = 0;
  let open: Uint8Array[] = [];
  let length = 0;
  const take = (rest: boolean): Line => {
    const line = {
      number: ++number,
      bytes: open.length === 1 && open[0] ? open[0] : Buffer.concat(open),
      rest,
      tooLong: length > limit,
    };
    [open, length] = [[], 0];
    return line;
  };
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf(LINE_FEED, at);
      const part = chunk.subarray(at, end === -1 ? chunk.length : end);
      open.push(part);
      length += part.length;
      if (length > limit) return yield take(false);
      at += part.length + 1;
      if (end !== -1) yield take(false);
    }
  }
  if (length > 0) yield take(true);
}
