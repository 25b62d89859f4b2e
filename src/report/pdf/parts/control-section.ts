import type { ControlResult, ManualResult } from '../../../model/report.ts';
import { plural } from '../../numbers.ts';
import { RESPONSIBILITIES, VERDICTS } from '../../words.ts';
import { callout } from '../elements/blocks.ts';
import { type Book, PARTS, setDestination } from '../elements/book.ts';
import { heading, plainText } from '../elements/heading.ts';
import { table } from '../elements/table.ts';
import { type Canvas, newPage, room, setLabel } from '../file/canvas.ts';
import { close, open } from '../file/tags.ts';
import type { Inline } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { COLORS, STYLES, VERDICT_COLORS } from '../theme.ts';
import { controlRemediation } from './remediation-line.ts';
import { review } from './review.ts';
import { placeSamples, type Samples } from './sampled.ts';
import { sourceSection } from './source-section.ts';

const LEAD =
  'Each section states the verdict with its reasons, what was tested in the exact words of the test, on how many subjects and days, and every subject that failed or could not be judged. Times to remediate run from the first observation that saw a failure to the first that no longer did. A reviewer’s conclusion stands beside the verdict and never changes it. Sampled subjects are those with the smallest SHA-256 over ledger root, source and subject, so that anybody can draw them again; their recorded calls stand in data/evidence/retrievals of the pack, and samples.csv has every name in full. Controls that rest on people alone are shown in short; their full text is in report.json.';

/** One section for each control, by control set, in steps of about a page. */
export function* results(book: Book): Generator<void> {
  const { canvas, report } = book;
  const { title, destination } = PARTS.results;
  const samples = placeSamples(report);
  setLabel(canvas, title);
  newPage(canvas);
  yield* sect(canvas, function* () {
    const part = heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(canvas, LEAD, { after: 0 });
    for (const [index, set] of report.sets.entries()) {
      const controls = report.controls.filter((control) => control.set === set.id);
      if (controls.length === 0) continue;
      setLabel(canvas, `${set.id} ${set.title}`);
      if (index > 0) newPage(canvas);
      yield* sect(canvas, function* () {
        const name = `${set.id}  ${set.title}`;
        const outline = part === undefined ? {} : { outline: { under: part } };
        const entry = heading(canvas, 2, name, { destination: setDestination(index), ...outline, keep: 160 });
        for (const control of controls) yield* controlSection(book, samples, control, entry);
      });
    }
  });
}

/** A Sect of the structure around what is written in steps. */
function* sect(canvas: Canvas, write: () => Generator<void>): Generator<void> {
  const outer = canvas.node;
  const node = open(canvas, 'Sect');
  canvas.node = node;
  yield* write();
  canvas.node = outer;
  close(node);
}

function* controlSection(
  book: Book,
  samples: Samples,
  control: ControlResult,
  under: PDFKit.PDFOutline | undefined,
): Generator<void> {
  const { canvas } = book;
  const compact = control.sources.length === 0;
  // A control with evidence begins on a fresh page unless a good part of this one is free.
  if (!compact && room(canvas) < (canvas.frame.bottom - canvas.frame.top) * 0.42) newPage(canvas);
  yield* sect(canvas, function* () {
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
    else yield* fullBody(book, samples, control);
  });
  yield;
}

function compactBody(canvas: Canvas, control: ControlResult): void {
  paragraph(canvas, control.reasons.join(' '), { after: 3 });
  if (control.description !== undefined) paragraph(canvas, control.description, { style: STYLES.note, after: 3 });
  if (control.responsibility !== 'customer') responsibility(canvas, control);
  if (control.manual.length > 0) manual(canvas, control.manual);
  review(canvas, control);
}

function* fullBody(book: Book, samples: Samples, control: ControlResult): Generator<void> {
  const { canvas } = book;
  callout(canvas, control.reasons, VERDICT_COLORS[control.verdict]);
  review(canvas, control);
  controlRemediation(canvas, control);
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
  for (const source of control.sources) yield* sourceSection(book, samples, control, source);
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
