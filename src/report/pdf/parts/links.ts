import { count } from '../../numbers.ts';
import type { Book } from '../elements/book.ts';
import type { Run } from '../text/inline.ts';

/** Controls by their ids, each leading to its section where it has one; what is left out of a long list is counted. */
export function controlLinks(book: Book, ids: readonly string[], most = 6): (string | Run)[] {
  return linked(ids, book.controls, most);
}

/** The same for exceptions, which lead into the register. */
export function exceptionLinks(book: Book, ids: readonly string[], most = 6): (string | Run)[] {
  return linked(ids, book.exceptions, most);
}

function linked(ids: readonly string[], destinations: ReadonlyMap<string, string>, most: number): (string | Run)[] {
  const shown = ids.slice(0, most).flatMap((id, index): (string | Run)[] => {
    const link = destinations.get(id);
    const run: Run = link === undefined ? { text: id } : { text: id, link };
    return index === 0 ? [run] : [', ', run];
  });
  return ids.length > most ? [...shown, ` and ${count(ids.length - most)} more`] : shown;
}
