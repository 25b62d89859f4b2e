import type { ControlResult } from '../../../model/report.ts';
import { count } from '../../numbers.ts';
import { type Book, PARTS } from '../elements/book.ts';
import { headedTable, heading, verdictRuns } from '../elements/heading.ts';
import { newPage, setLabel } from '../file/canvas.ts';
import { within } from '../file/tags.ts';
import { paragraph } from '../text/text.ts';
import { COLORS } from '../theme.ts';

/** Every control of the framework with its verdict and the page of its section. */
export function overview(book: Book): void {
  const { canvas, report } = book;
  setLabel(canvas, PARTS.overview.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.overview;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(canvas, 'Every control of the framework is listed, whether or not evidence exists for it.', { after: 2 });
    for (const set of report.sets) {
      const controls = report.controls.filter((control) => control.set === set.id);
      if (controls.length === 0) continue;
      headedTable(canvas, 2, `${set.id}  ${set.title}`, {
        columns: [
          { head: 'Control', width: 96, names: true },
          { head: 'What it asks for', share: 1 },
          { head: 'Evidence', width: 88 },
          { head: 'Verdict', width: 108 },
          { head: 'Page', width: 24, align: 'right' },
        ],
        rows: controls.map((control) => {
          const link = book.controls.get(control.id) ?? '';
          const verdict = verdictRuns(control.verdict);
          return [
            [{ text: control.id, link, face: 'bold' }],
            control.title,
            [{ text: kinds(control), color: COLORS.muted }],
            verdict,
            [{ text: '', pageOf: link }],
          ];
        }),
        after: 4,
      });
    }
  });
}

function kinds(control: ControlResult): string {
  const parts: string[] = [];
  if (control.sources.length > 0) parts.push(`${count(control.sources.length)} automated`);
  if (control.manual.length > 0) parts.push(`${count(control.manual.length)} manual`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
