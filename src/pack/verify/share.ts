/**
 * Gives the same text for the same text: a run, a time or an account stands in thousands of entries, and each that was
 * read is a text of its own, which keeps all that it was cut from.
 */
export function sharer(): (text: string) => string {
  const texts = new Map<string, string>();
  return (text) => {
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    return known ?? text;
  };
}
