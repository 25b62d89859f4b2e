/** Order of texts by their UTF-16 code units, which is the same on every machine, in every language. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
