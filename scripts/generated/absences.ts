import type { loadServices } from '../../src/collect/services.ts';
import { code, page, table } from './markdown.ts';

type Loaded = Awaited<ReturnType<typeof loadServices>>;

/** `docs/ABSENCES.md`: every error that means "not configured", with the page of AWS that says so. */
export function absencesPage({ services }: Loaded): string {
  const rows = services.flatMap(({ absences = {} }) =>
    Object.entries(absences).map(([operation, { names, words, source }]) => [
      code(operation),
      names.map(code).join(', ') + (words === undefined ? '' : `, where the message matches ${code(words.source)}`),
      `[${source.split('/').at(-1)}](${source})`,
    ]),
  );
  return page('What counts as absent', [
    'A fact is `null` where AWS itself says that nothing is configured, in one of these ways. Every other error, and every answer without what AWS documents as always there, is a failure: what rests on it is inconclusive. Operations that are not listed have no error that means absence; where AWS documents that a field is left out for "off", the reader says so beside it.',
    table(['Operation', 'Error', 'Source'], rows),
  ]);
}
