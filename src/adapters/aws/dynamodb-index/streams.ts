/** Runs `work` over items in their order with at most `limit` under way; gives its results in that order. */
export async function* ahead<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const under: Promise<R>[] = [];
  const oldest = () => under.shift() as Promise<R>;
  for await (const item of items) {
    const started = work(item);
    // Waited for in its turn, or by nobody after an earlier error.
    started.catch(() => undefined);
    under.push(started);
    if (under.length >= limit) yield await oldest();
  }
  while (under.length > 0) yield await oldest();
}

/** Items in groups of `size`, the last one smaller. */
export async function* inChunks<T>(items: AsyncIterable<T> | Iterable<T>, size: number): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Streams that are begun at the same time. */
const BEGUN_AT_ONCE = 32;

interface Head<T> {
  readonly stream: AsyncIterator<T>;
  readonly item: T;
}

/** Sorted streams as one sorted stream. */
export async function* merge<T>(
  streams: readonly AsyncGenerator<T>[],
  compare: (a: T, b: T) => number,
): AsyncGenerator<T> {
  const heads: Head<T>[] = [];
  const take = (stream: AsyncIterator<T>, { done, value }: IteratorResult<T>) => {
    if (done !== true) heads.splice(placeOf(heads, value, compare), 0, { stream, item: value });
  };
  const first = ahead(streams, BEGUN_AT_ONCE, async (stream) => ({ stream, result: await stream.next() }));
  for await (const { stream, result } of first) take(stream, result);
  for (let head = heads.shift(); head !== undefined; head = heads.shift()) {
    yield head.item;
    take(head.stream, await head.stream.next());
  }
}

/** Where in `heads`, which are sorted, an item belongs. */
function placeOf<T>(heads: readonly Head<T>[], item: T, compare: (a: T, b: T) => number): number {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare((heads[middle] as Head<T>).item, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Calls of one turn of the event loop, answered by one `load` of up to `most` keys. */
export function batched<V>(
  most: number,
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
): (key: string) => Promise<V | undefined> {
  let open: { keys: Set<string>; answer: Promise<ReadonlyMap<string, V>> } | undefined;
  const begin = () => {
    const keys = new Set<string>();
    const answer = Promise.resolve().then(() => {
      if (open?.keys === keys) open = undefined;
      return load([...keys]);
    });
    return { keys, answer };
  };
  return async (key) => {
    if (open === undefined || open.keys.size >= most) open = begin();
    open.keys.add(key);
    return (await open.answer).get(key);
  };
}
