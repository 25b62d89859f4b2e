import type { ControlResult, Report } from '../../../model/report.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { count, plural } from '../../numbers.ts';
import { RESPONSIBILITIES, VERDICTS } from '../../words.ts';
import { type Book, PARTS } from '../elements/book.ts';
import { headedTable, heading, verdictRuns } from '../elements/heading.ts';
import { table } from '../elements/table.ts';
import { newPage, setLabel } from '../file/canvas.ts';
import { within } from '../file/tags.ts';
import type { Inline } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { COLORS } from '../theme.ts';
import { controlLinks } from './links.ts';

type Responsibility = ControlResult['responsibility'];
const KINDS: readonly Responsibility[] = ['customer', 'shared', 'aws'];

/** How the controls are split between the organisation and AWS, and what the reader has to obtain for the part of AWS. */
export function responsibilities(book: Book): void {
  const { canvas } = book;
  setLabel(canvas, PARTS.responsibilities.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.responsibilities;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    paragraph(
      canvas,
      'The framework file says for each control who answers for it. This report holds evidence about the part of the organisation only; nothing in it shows how AWS operates its own part.',
    );
    split(book);
    listed(book, 'shared', OBTAIN.shared);
    listed(book, 'aws', OBTAIN.aws);
  });
}

const of = ({ controls }: Report, kind: Responsibility): ControlResult[] =>
  controls.filter((it) => it.responsibility === kind);

function split({ canvas, report }: Book): void {
  const occurs = (it: Verdict): boolean => report.controls.some((control) => control.verdict === it);
  const verdicts = (Object.keys(VERDICTS) as Verdict[]).filter(occurs);
  const number = (value: number): string => (value === 0 ? '·' : count(value));
  headedTable(canvas, 2, 'Controls by responsibility', {
    columns: [
      { head: 'Responsibility', share: 1, names: true },
      { head: 'Controls', width: 42, align: 'right' },
      ...verdicts.map((it) => ({ head: VERDICTS[it].word, width: 47, align: 'right' as const })),
    ],
    rows: KINDS.map((kind) => {
      const controls = of(report, kind);
      const numbers = verdicts.map((verdict) => number(controls.filter((it) => it.verdict === verdict).length));
      return [[{ text: RESPONSIBILITIES[kind].word, face: 'bold' }], count(controls.length), ...numbers];
    }),
  });
}

const OBTAIN: Readonly<Record<'shared' | 'aws', string>> = {
  shared:
    'To obtain for the part of AWS: the current AWS assurance report for this framework and the services in use, from AWS Artifact. Read its period, its scope of services and regions, its exceptions, and the controls that it expects of the user of AWS.',
  aws: 'To obtain: the current AWS assurance report for this framework and the services in use, from AWS Artifact, filed as the document that the control asks for. A verdict of met then says that the document is on record, and no more.',
};

function listed(book: Book, kind: 'shared' | 'aws', obtain: string): void {
  const { canvas } = book;
  const controls = of(book.report, kind);
  const { word, means } = RESPONSIBILITIES[kind];
  heading(canvas, 2, `${word} (${count(controls.length)})`, { keep: controls.length === 0 ? 20 : 110 });
  if (controls.length === 0) {
    paragraph(canvas, 'No control of this framework.');
    return;
  }
  paragraph(canvas, [`${means.split('. ')[0]}. `, obtain]);
  table(canvas, {
    columns: [
      { head: 'Control', width: 72, names: true },
      { head: 'What it asks for', share: 1 },
      { head: 'Documents on record', width: 98 },
      { head: 'Verdict', width: 104 },
    ],
    rows: controls.map((it) => [controlLinks(book, [it.id]), it.title, documents(it), verdictRuns(it.verdict)]),
  });
}

/** How much of what people have to provide is there; the requests themselves stand in the section of the control. */
function documents({ manual }: ControlResult): Inline {
  if (manual.length === 0) return [{ text: 'none asked for', color: COLORS.muted }];
  const valid = manual.filter((it) => it.status === 'valid').length;
  const expired = manual.filter((it) => it.status === 'expired').length;
  return `${count(valid)} of ${plural(manual.length, 'request')} valid${expired > 0 ? `, ${count(expired)} expired` : ''}`;
}
