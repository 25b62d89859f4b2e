import type { ControlResult, ManualResult } from '../../model/report.ts';
import { plural } from '../numbers.ts';
import { RESPONSIBILITIES, VERDICTS } from '../words.ts';
import { callout } from './blocks.ts';
import { type Book, PARTS, setDestination } from './book.ts';
import { type Canvas, newPage, room, setLabel } from './canvas.ts';
import { heading, plainText } from './heading.ts';
import type { Inline } from './inline.ts';
import { sourceSection } from './source-section.ts';
import { table } from './table.ts';
import { within } from './tags.ts';
import { paragraph } from './text.ts';
import { COLORS, STYLES, VERDICT_COLORS } from './theme.ts';

/** One section for each control, by control set. */
export function results(book: Book): void {
  const { canvas, report } = book;
  const { title, destination } = PARTS.results;
  setLabel(canvas, title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const part = heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(
      canvas,
      'Each section states the verdict with its reasons, what was tested in the exact words of the test, on how many subjects and days, and every subject that failed or could not be judged. Controls that rest on people alone are shown in short; their full text is in report.json.',
      { after: 0 },
    );
    report.sets.forEach((set, index) => {
      const controls = report.controls.filter((control) => control.set === set.id);
      if (controls.length === 0) return;
      setLabel(canvas, `${set.id} ${set.title}`);
      if (index > 0) newPage(canvas);
      within(canvas, 'Sect', () => {
        const name = `${set.id}  ${set.title}`;
        const outline = part === undefined ? {} : { outline: { under: part } };
        const entry = heading(canvas, 2, name, { destination: setDestination(index), ...outline, keep: 160 });
        for (const control of controls) controlSection(book, control, entry);
      });
    });
  });
}

function controlSection(book: Book, control: ControlResult, under: PDFKit.PDFOutline | undefined): void {
  const { canvas } = book;
  const compact = control.sources.length === 0;
  // A control with evidence begins on a fresh page unless a good part of this one is free.
  if (!compact && room(canvas) < (canvas.frame.bottom - canvas.frame.top) * 0.42) newPage(canvas);
  within(canvas, 'Sect', () => {
    const title: Inline = [`${control.id}  `, control.title];
    const destination = book.controls.get(control.id) ?? '';
    heading(canvas, 3, title, {
      destination,
      verdict: control.verdict,
      keep: compact ? 90 : 150,
      ...(under === undefined
        ? {}
        : { outline: { under, title: `${plainText(title)} (${VERDICTS[control.verdict].word})` } }),
    });
    if (compact) compactBody(canvas, control);
    else fullBody(book, control);
  });
}

function compactBody(canvas: Canvas, control: ControlResult): void {
  paragraph(canvas, control.reasons.join(' '), { after: 3 });
  if (control.description !== undefined) paragraph(canvas, control.description, { style: STYLES.note, after: 3 });
  if (control.responsibility !== 'customer') responsibility(canvas, control);
  if (control.manual.length > 0) manual(canvas, control.manual);
}

function fullBody(book: Book, control: ControlResult): void {
  const { canvas } = book;
  callout(canvas, control.reasons, VERDICT_COLORS[control.verdict]);
  const texts: [string, string | undefined][] = [
    ['What it asks for', control.description],
    ['How an auditor would test it', control.testing],
    ['What to do when it fails', control.actionPlan],
  ];
  for (const [name, text] of texts) {
    if (text !== undefined) paragraph(canvas, [{ text: `${name}. `, face: 'bold' }, text], { after: 5 });
  }
  if (control.status !== undefined) paragraph(canvas, STATUS[control.status], { after: 5 });
  responsibility(canvas, control);
  for (const source of control.sources) sourceSection(book, control, source);
  if (control.manual.length > 0) {
    heading(canvas, 4, 'Provided by people', { keep: 60 });
    manual(canvas, control.manual);
  }
}

const STATUS: Readonly<Record<'required' | 'addressable', Inline>> = {
  required: [{ text: 'Required specification. ', face: 'bold' }, 'It has to be implemented.'],
  addressable: [
    { text: 'Addressable specification. ', face: 'bold' },
    'It has to be implemented, or the reason why an equivalent measure is taken instead has to be on record.',
  ],
};

function responsibility(canvas: Canvas, control: ControlResult): void {
  const { word, means } = RESPONSIBILITIES[control.responsibility];
  if (control.responsibility === 'customer') return;
  paragraph(canvas, [{ text: `${word}. `, face: 'bold' }, means], { after: 5 });
}

function manual(canvas: Canvas, asks: readonly ManualResult[]): void {
  table(canvas, {
    columns: [
      { head: 'What a person has to provide', share: 5, names: true },
      { head: 'State', width: 62 },
      { head: 'On record', share: 4 },
    ],
    rows: asks.map((it) => [
      [it.ask, { text: `\nRenewed ${renewal(it.renew)}`, color: COLORS.muted }],
      state(it),
      record(it),
    ]),
    after: 6,
  });
}

const UNITS: Readonly<Record<string, string>> = { d: 'day', m: 'month', y: 'year' };

/** `1y` → `every year`, `90d` → `every 90 days`. */
function renewal(renew: string): string {
  const number = Number(renew.slice(0, -1));
  const unit = UNITS[renew.slice(-1)] ?? renew;
  return number === 1 ? `every ${unit}` : `every ${plural(number, unit)}`;
}

const STATES: Readonly<Record<ManualResult['status'], Inline>> = {
  valid: [{ text: '', icon: 'valid', color: COLORS.green }, ' Valid'],
  expired: [{ text: '', icon: 'expired', color: COLORS.amber }, ' Expired'],
  missing: [{ text: '', icon: 'missing', color: COLORS.blue }, ' Missing'],
};

const state = (it: ManualResult): Inline => STATES[it.status];

function record({ attestation }: ManualResult): Inline {
  if (attestation === null) return 'Nothing on record.';
  const { statement, by, on, expires, attachment } = attestation;
  const file = attachment === undefined ? '' : `\nFile sha256:${attachment}`;
  return [statement, { text: `\n${by}, ${on}, valid until ${expires}${file}`, color: COLORS.muted }];
}
