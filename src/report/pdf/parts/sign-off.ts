import type { Report } from '../../../model/report.ts';
import { plural } from '../../numbers.ts';
import { facts } from '../elements/blocks.ts';
import { type Book, PARTS } from '../elements/book.ts';
import { heading } from '../elements/heading.ts';
import { type Canvas, ensure, newPage, room, setLabel } from '../file/canvas.ts';
import { artifact, close, open, within } from '../file/tags.ts';
import { rule } from '../shapes.ts';
import { breakLines, type Inline } from '../text/inline.ts';
import { drawLines, paragraph } from '../text/text.ts';
import { COLORS, STYLES, type TextStyle } from '../theme.ts';

type SignOff = Report['signOff'][number];

/** One person to sign, as far as the organisation stated who that is. */
interface Signatory {
  readonly heading: string;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly on?: string | undefined;
}

const ROLES: readonly (readonly [SignOff['role'], string])[] = [
  ['prepared', 'Prepared by'],
  ['reviewed', 'Reviewed by'],
  ['approved', 'Approved by'],
];
const AUDITOR: Signatory = { heading: 'Received by the auditor (acknowledges receipt, not agreement)' };

/** The last page: what is signed, and lines for those who answer for it. */
export function signOff(book: Book): void {
  const { canvas, report } = book;
  const { title, destination } = PARTS.signOff;
  setLabel(canvas, title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(
      canvas,
      'The digital signature of this file lets anyone check that it was not changed since it was signed. Here, people sign for what they answer for. Names, titles and dates in print were stated by the organisation and are not signatures.',
      { after: 8 },
    );
    facts(canvas, signed(report), { nameWidth: 112, style: STYLES.small, after: 4 });
    const people = signatories(report.signOff);
    const line = lineHeight(canvas, people.length);
    for (const it of people) signatory(canvas, it, line);
  });
}

/** What a signature is put under: the values that no other report has. */
function signed({ id, framework, period, days, ledger, signing }: Report): [string, Inline][] {
  const mono = (text: string): Inline => [{ text, face: 'mono' }];
  return [
    ['Report', [{ text: id, face: 'mono' }, `  ${framework.title}, version ${framework.version}`]],
    ['Period', `${period.from} to ${period.to} (${plural(days, 'day')}, UTC)`],
    ['Ledger', [{ text: ledger.origin, face: 'mono' }, `  at ${plural(ledger.size, 'entry', 'entries')}`]],
    ['Ledger root', mono(ledger.root)],
    ['Signing certificate', signing.subject],
    ['SHA-256 fingerprint', mono(signing.sha256)],
  ];
}

/** Each role at least once: with those who were stated for it, or blank. */
function signatories(stated: readonly SignOff[]): Signatory[] {
  const people = ROLES.flatMap(([role, name]): Signatory[] => {
    const found = stated.filter((it) => it.role === role);
    return found.length === 0 ? [{ heading: name }] : found.map((it) => ({ ...it, heading: name }));
  });
  return [...people, AUDITOR];
}

const GAP = 22;
const VALUE: TextStyle = STYLES.body;
const CAPTION: TextStyle = STYLES.furniture;
const BEFORE = 10;
const HEADING = BEFORE + STYLES.h4.leading;
const BELOW = CAPTION.leading + 2;

/** Height to write in by hand, so that everyone's lines stand on this page if they can. */
function lineHeight(canvas: Canvas, people: number): number {
  return Math.max(14, Math.min(31, ((room(canvas) - 1) / people - HEADING) / 2 - BELOW));
}

function signatory(canvas: Canvas, it: Signatory, line: number): void {
  ensure(canvas, HEADING + 2 * (line + BELOW));
  canvas.y += BEFORE;
  paragraph(canvas, it.heading, { style: STYLES.h4, type: 'H2', after: 0 });
  fields(
    canvas,
    [
      ['Name', it.name],
      ['Title', it.title],
    ],
    line,
  );
  fields(
    canvas,
    [
      ['Signature', undefined],
      ['Date', it.on],
    ],
    line,
  );
}

type Field = readonly [caption: string, value: string | undefined];

/** Fields side by side: a value or a blank above a line, and below it what belongs there. */
function fields(canvas: Canvas, list: readonly Field[], line: number): void {
  const width = (canvas.frame.width - GAP * (list.length - 1)) / list.length;
  const values = list.map(([, value]) => (value === undefined ? [] : breakLines(canvas.faces, value, VALUE, width)));
  const height = Math.max(line, ...values.map((lines) => lines.length * VALUE.leading + 2));
  ensure(canvas, height + BELOW);
  const bottom = canvas.y + height;
  list.forEach(([caption, value], index) => {
    const x = canvas.frame.left + index * (width + GAP);
    const lines = values[index] ?? [];
    // The caption is read first: a value alone would not say what it is.
    const node = open(canvas, 'P');
    const text = value === undefined ? `${caption} (to be filled in by hand)` : caption;
    const place = { x, top: bottom + 2, style: CAPTION };
    drawLines(canvas, node, breakLines(canvas.faces, text, CAPTION, width), place);
    drawLines(canvas, node, lines, { x, top: bottom - 1 - lines.length * VALUE.leading, style: VALUE });
    close(node);
    artifact(canvas, () => rule(canvas, { x, y: bottom, width }, 0.6, COLORS.rule));
  });
  canvas.y = bottom + BELOW;
}
