const MAX_ASKED = 2048;

/** What somebody sent, as far as an access entry has room for it: 2,048 UTF-16 code units, without half characters. */
export const askedText = (text: string): string => text.toWellFormed().slice(0, MAX_ASKED).toWellFormed();
