const MOST = 1000;

/**
 * A text from outside as a part of a message to people: it begins no line of its own, and does not change the direction
 * of writing. Longer than `most` characters it is cut, and ends in three dots.
 */
export function oneLine(text: string, most = MOST): string {
  const plain = text
    .slice(0, most)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
  return text.length > most ? `${plain}...` : plain;
}
