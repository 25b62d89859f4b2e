/**
 * Whether the whole text is what the pattern stands for: `*` is any text, also none; `?` is any one
 * character where `single` is set, else itself. In the worst case pattern times text steps.
 */
export function matchesWildcard(pattern: string, text: string, { single = false } = {}): boolean {
  let [p, t] = [0, 0];
  let star = -1;
  let retry = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      retry = t;
    } else if (pattern[p] === text[t] || (single && pattern[p] === '?')) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
