import { type Canvas, ensure } from '../file/canvas.ts';
import type { Inline } from '../text/inline.ts';
import { paragraph, paragraphHeight } from '../text/text.ts';
import { STYLES } from '../theme.ts';
import { type TableOptions, tableSteps, tableTop } from './table.ts';

interface TableTitle {
  readonly title: string;
  /** Stands between title and table. */
  readonly note?: Inline | undefined;
  /** Name that links lead to. */
  readonly destination?: string;
}

/** A table under a small title and a note that never part from it, in steps of a page. */
export function* titledTable(
  canvas: Canvas,
  { title, note, destination }: TableTitle,
  options: TableOptions,
): Generator<void> {
  const noteHeight = note === undefined ? 0 : paragraphHeight(canvas, note, STYLES.note, canvas.frame.width) + 2;
  ensure(canvas, STYLES.strong.leading + 2 + noteHeight + tableTop(canvas, options));
  if (destination !== undefined) {
    canvas.doc.addNamedDestination(destination, 'XYZ', 0, Math.max(0, canvas.y - 12), 0);
    canvas.pageOf.set(destination, canvas.labels.length);
  }
  paragraph(canvas, title, { style: STYLES.strong, after: 2 });
  if (note !== undefined) paragraph(canvas, note, { style: STYLES.note, after: 2 });
  yield* tableSteps(canvas, options);
}
