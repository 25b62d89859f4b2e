const MAX_VALUE = 1000;

/**
 * A text from outside as a part of a message to people: it begins no line of its own, and does not change the direction
 * of writing. Longer than 1,000 characters it is cut.
 */
export const oneLine = (text: string): string =>
  text
    .slice(0, MAX_VALUE)
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
