/**
 * Whether every text that `narrower` stands for is also one that `pattern` stands for. In both, `*`
 * is any text (also none) and `?` any one character, as in IAM actions and ARNs. Without wildcards
 * in `narrower` this is plain matching. It never says yes wrongly; for a few patterns in which both
 * have wildcards side by side in different order it says no although the answer is yes.
 */
export function covers(pattern: string, narrower: string): boolean {
  let [p, n] = [0, 0];
  let star = -1;
  let retry = 0;
  while (n < narrower.length) {
    if (pattern[p] === '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.length && coversOne(pattern[p], narrower[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Whether some text is one that both patterns stand for. Exact. */
export function overlaps(a: string, b: string): boolean {
  let row = overlapRow(undefined, '', b);
  for (const symbol of a) row = overlapRow(row, symbol, b);
  return row[b.length] === true;
}

/**
 * One row of the table "the first i symbols of `a` and the first j of `b` have a text in common".
 * `previous` is the row for i - 1; it is absent for i = 0.
 */
function overlapRow(previous: readonly boolean[] | undefined, symbol: string, b: string): boolean[] {
  const row = [previous === undefined || (symbol === '*' && previous[0] === true)];
  for (let j = 1; j <= b.length; j++) {
    const other = b[j - 1] ?? '';
    const left = row[j - 1] === true;
    const up = previous?.[j] === true;
    if (previous === undefined) row.push(other === '*' && left);
    else if (symbol === '*' || other === '*') row.push(up || left);
    else row.push(previous[j - 1] === true && sharesOne(symbol, other));
  }
  return row;
}

function sharesOne(a: string, b: string): boolean {
  return a === '?' || b === '?' || a === b;
}

function coversOne(symbol: string | undefined, other: string | undefined): boolean {
  return symbol === '?' ? other !== '*' : symbol === other;
}
