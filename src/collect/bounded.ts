/**
 * Runs `work` over all items with at most `limit` under way at once. The first error ends it, when all
 * that was under way has ended too: no more items are begun, and nothing goes on behind the caller's back.
 */
export async function forEachBounded<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const errors: unknown[] = [];
  const worker = async () => {
    while (errors.length === 0) {
      const next = rest.next();
      if (next.done) return;
      try {
        await work(next.value);
      } catch (thrown) {
        errors.push(thrown);
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (errors.length > 0) throw errors[0];
}
