/** Iterables that were begun: their first value, and the rest of them. */
const begun = new WeakMap<object, { readonly first: IteratorResult<unknown>; readonly rest: Iterator<unknown> }>();

/** The first value, without taking it from what `rowsOf` gives: even a generator can be looked at. */
export function firstOf<T>(values: Iterable<T>): T | undefined {
  const known = begun.get(values);
  const rest = known?.rest ?? values[Symbol.iterator]();
  const first = known?.first ?? rest.next();
  if (known === undefined) begun.set(values, { first, rest });
  return first.done === true ? undefined : (first.value as T);
}

/** All values, from the first on. */
export function* rowsOf<T>(values: Iterable<T>): Generator<T> {
  const known = begun.get(values);
  begun.delete(values);
  const rest = (known?.rest ?? values[Symbol.iterator]()) as Iterator<T>;
  for (let it = (known?.first as IteratorResult<T>) ?? rest.next(); it.done !== true; it = rest.next()) yield it.value;
}
