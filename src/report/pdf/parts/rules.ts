import type { Verdict } from '../../../model/verdict.ts';
import { percent } from '../../numbers.ts';
import type { Book } from '../elements/book.ts';
import { verdictRuns } from '../elements/heading.ts';
import { table } from '../elements/table.ts';
import type { Inline } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';

/** The rules by which verdicts follow, in the order in which they are asked. */
export function rules({ canvas, report }: Book): void {
  paragraph(
    canvas,
    'The rules are asked in this order, and the first that applies gives the verdict. A source counts when it is direct or partial. A rule of AWS Config or a control of AWS Security Hub that was never observed in the period and has no failure on record is set aside: nobody deployed it, and people answer for its part.',
  );
  table(canvas, {
    columns: [
      { head: 'No.', width: 18, align: 'right' },
      { head: 'When', share: 1 },
      { head: 'Verdict', width: 126, names: true },
    ],
    rows: rulesOf(percent(report.coverageThreshold, 1)).map(([when, verdict], index): Inline[] => [
      String(index + 1),
      when,
      verdictRuns(verdict),
    ]),
  });
}

const rulesOf = (threshold: string): [string, Verdict][] => [
  [
    'The control was declared out of scope, with reason and approver; or it applies to a kind of entity only, and the assessment states that this is not one.',
    'not_applicable',
  ],
  [
    'Under a source that counts, a failure is open at the end of the period and no valid exception covers it. A failure that was last observed before the period and never seen to end is open too.',
    'not_met',
  ],
  ['No source counts, and nobody is asked for anything.', 'not_assessed'],
  ['No source counts, and something that people have to provide is missing or has expired.', 'awaiting_attestation'],
  ['No source counts, and everything that people have to provide is on record and valid.', 'met'],
  [
    'None of the sources that count was observed in the period: awaiting attestation where something from people is missing or has expired, otherwise this.',
    'not_assessed',
  ],
  ['Something that people have to provide is missing or has expired.', 'awaiting_attestation'],
  [
    `A source that counts was fully observed on fewer than ${threshold} of the days, has subjects that could not be judged, or needs an event of which none was found; or all sources that count are partial and nobody is asked for the rest; or no direct source had anything to judge and nobody is asked for anything.`,
    'inconclusive',
  ],
  [
    'A source that counts found a failure that ended within the period, or that a valid exception covers.',
    'met_with_exceptions',
  ],
  ['None of the above.', 'met'],
];
