/** Orders ids as people do: `CC6.2` before `CC6.10`, `requirement-08` before `requirement-12`. No locale. */
export function compareNatural(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareParts(left[i], right[i]);
    if (order !== 0) return order;
  }
  return compareRaw(a, b);
}

function split(text: string): string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  const numbers = [a, b].every((it) => /^\d/.test(it));
  return numbers ? Number(a) - Number(b) : compareRaw(a, b);
}

function compareRaw<T extends string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
