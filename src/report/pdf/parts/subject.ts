import type { Run } from '../text/inline.ts';
import { COLORS } from '../theme.ts';

/** An identifier with the name at its end set off; a name that it does not end in stands above. */
export function subjectRuns(id: string, name: string): (string | Run)[] {
  if (name === '' || name === id) return [{ text: id, face: 'mono' }];
  if (!id.endsWith(name))
    return [
      { text: `${name}\n`, face: 'bold' },
      { text: id, face: 'mono' },
    ];
  return [
    { text: id.slice(0, -name.length), face: 'mono', color: COLORS.muted },
    { text: name, face: 'mono' },
  ];
}

/** Head of a column of times: `Failing (UTC)`, with the zone of the reader where its times stand below. */
export function timeHead(head: string, timeZone: string): string {
  return timeZone === 'UTC' ? `${head} (UTC)` : `${head} (UTC; ${timeZone})`;
}
