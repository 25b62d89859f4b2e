import { count } from '../../numbers.ts';
import { type Book, PARTS, PLACES } from '../elements/book.ts';
import { headedTable } from '../elements/heading.ts';
import type { Inline } from '../text/inline.ts';

interface Need {
  readonly what: string;
  readonly number: number;
  /** How the number is made up, where that says more. */
  readonly of?: string;
  readonly where: string;
  readonly destination: string;
}

/** What only people can settle, as numbers with the page on which each is told in full. */
export function needs(book: Book): void {
  headedTable(book.canvas, 2, 'What needs a person', {
    columns: [
      { head: 'What', share: 1, names: true },
      { head: 'Number', width: 42, align: 'right' },
      { head: 'Told in full under', width: 138 },
      { head: 'Page', width: 26, align: 'right' },
    ],
    rows: needsOf(book).map((it): Inline[] => [
      it.of === undefined ? it.what : `${it.what}: ${it.of}`,
      [{ text: count(it.number), face: it.number > 0 ? 'bold' : 'sans' }],
      [{ text: it.where, link: it.destination }],
      [{ text: '', pageOf: it.destination }],
    ]),
    after: 0,
  });
}

function needsOf({ report }: Book): Need[] {
  const asked = report.controls.filter((it) => it.verdict !== 'not_applicable').flatMap((it) => it.manual);
  const missing = asked.filter((it) => it.status === 'missing').length;
  const expired = asked.filter((it) => it.status === 'expired').length;
  const { verdicts, failing } = report.summary;
  return [
    {
      what: 'Failures without a valid exception',
      number: failing,
      where: FINDINGS.failing,
      destination: PLACES.failing,
    },
    {
      what: 'Statements and documents to provide',
      number: missing + expired,
      of: `${count(missing)} missing, ${count(expired)} expired`,
      where: FINDINGS.people,
      destination: PLACES.people,
    },
    {
      what: 'Controls left open',
      number: verdicts.inconclusive + verdicts.not_assessed,
      of: `${count(verdicts.inconclusive)} inconclusive, ${count(verdicts.not_assessed)} not assessed`,
      where: FINDINGS.unknown,
      destination: PLACES.unknown,
    },
    {
      what: 'Exceptions that have expired',
      number: report.exceptions.filter((it) => it.state === 'expired').length,
      where: PARTS.exceptions.title,
      destination: PARTS.exceptions.destination,
    },
  ];
}

/** Headings of the findings, as other pages call them. */
export const FINDINGS = {
  failing: 'What fails now',
  people: 'What people have to provide',
  unknown: 'What could not be determined',
} as const;
