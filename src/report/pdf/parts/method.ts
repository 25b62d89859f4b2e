import type { Report } from '../../../model/report.ts';
import { count, longDay, percent, plural } from '../../numbers.ts';
import { zoned } from '../../times.ts';
import { facts, list } from '../elements/blocks.ts';
import { type Book, PARTS, PLACES } from '../elements/book.ts';
import { heading } from '../elements/heading.ts';
import { newPage, setLabel } from '../file/canvas.ts';
import { within } from '../file/tags.ts';
import type { Inline } from '../text/inline.ts';
import { ACCOUNTS_ON_COVER } from './cover.ts';

/** What was looked at and how, in plain words, before the results. */
export function method({ canvas, report }: Book): void {
  setLabel(canvas, PARTS.method.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.method;
    heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    const section = (name: string, write: () => void): void =>
      within(canvas, 'Sect', () => {
        heading(canvas, 2, name, { before: 10 });
        write();
      });
    section('What this report is about', () => facts(canvas, scope(report), { nameWidth: 104, after: 2 }));
    section('How evidence is collected and recorded', () => list(canvas, COLLECTION));
    section('How a check judges', () => list(canvas, judging(report)));
    section('How a verdict follows', () => list(canvas, VERDICT_RULES));
    section('What sampling means here', () => list(canvas, sampling(report)));
    section('What this report does not say', () => list(canvas, SILENCES));
  });
}

function scope(report: Report): [string, Inline][] {
  const { accounts, regions } = report.scope;
  const shown = accounts.slice(0, ACCOUNTS_ON_COVER).join(', ');
  const rest = accounts.length - ACCOUNTS_ON_COVER;
  const more = rest > 0 ? ` … and ${count(rest)} more, all listed in the appendix` : '';
  const { from, to } = report.period;
  return [
    [
      'Framework',
      `${report.framework.title}, version ${report.framework.version}: ${plural(report.framework.controls, 'control')}`,
    ],
    [plural(accounts.length, 'account'), shown + more],
    [plural(regions.length, 'region'), `${regions.join(', ')}, and the services that have no region`],
    ['Period', `${longDay(from)} 00:00 to ${longDay(to)} 24:00 UTC, ${plural(report.days, 'day')}`],
    ['Time zone', timeZone(report)],
    ['Runs', runs(report)],
    ['Evidence as of', `${zoned(report.asOf, report.timeZone)}, the newest entry of the ledger that was considered`],
    ['Made', `${zoned(report.signing.at, report.timeZone)} with ${report.software}`],
  ];
}

function timeZone({ timeZone }: Report): string {
  const basis = 'Every day is a UTC day, and every time is given in UTC';
  return timeZone === 'UTC'
    ? `${basis}.`
    : `${basis}; the time in ${timeZone} stands beside it. Days are counted in UTC only.`;
}

const KINDS = { collect: 'collection', ingest: 'reading of event logs', evaluate: 'new evaluation' } as const;

function runs({ runs }: Report): string {
  if (runs.length === 0) return 'none in the period';
  const parts = (['collect', 'ingest', 'evaluate'] as const).flatMap((mode) => {
    const number = runs.filter((it) => it.mode === mode).length;
    return number === 0 ? [] : [`${count(number)} of ${KINDS[mode]}`];
  });
  return `${plural(runs.length, 'run')} in the period: ${parts.join(', ')}`;
}

const COLLECTION: readonly Inline[] = [
  'A run reads the state of the accounts through the AWS interfaces, with read-only permissions. Before its first call it writes down what it is going to ask, so that a run that never ended is visible.',
  'Every call is recorded as it was made and answered, errors included. Secrets are taken out before anything is stored, and each removal is itself recorded.',
  'From the recorded answers, and from nothing else, the facts about each subject are derived. A read that failed leaves open what depended on it; it is never taken for an empty list.',
  'Each run records for each source, account and region how many subjects there were, with which outcomes, and a digest over all their states. Subjects that did not change are not stored again; the digest shows that they were looked at.',
  'All of it is appended to a ledger whose root changes with every entry. The root on the cover commits to every item this report rests on: none can be altered, removed or put in later without giving another root.',
  'This document, the CSV files and report.json are rendered from the same data. Rendering it again from the same ledger gives the same bytes, apart from the signature.',
];

const VERDICT_RULES: readonly Inline[] = [
  'A verdict follows from the sources of a control and from what people provided, by fixed rules and without anybody deciding. A failure that is open under a direct or partial source, and that no valid exception covers, means not met.',
  'Only direct sources can make a control met without a person. Supporting sources give context and never count. A failure that ended within the period, or that a valid exception covers, stays visible as met with exceptions.',
  'What a reviewer concluded stands beside the verdict and never changes it.',
  [
    'The rules in full, in their order, are under ',
    { text: 'How a verdict is reached', link: PLACES.rules },
    ' in the appendix; what the words mean is under ',
    { text: 'Words', link: PLACES.words },
    '.',
  ],
];

function judging({ coverageThreshold }: Report): Inline[] {
  return [
    'A check is one expression over the facts of one subject, with a condition for the subjects that it concerns. Both stand in this report exactly as they were applied. Events are matched by expressions in the same way; AWS Config and AWS Security Hub judge by rules of their own, and their judgement is taken over as theirs.',
    'The outcome is compliant, failing, not applicable or inconclusive. It is inconclusive when a fact that the expression needs could not be read; that is neither a pass nor a failure.',
    `Each source has a strength for each control: direct, partial or supporting. A source covers the period when it was fully observed on at least ${percent(coverageThreshold, 1)} of the days.`,
  ];
}

function sampling({ samples, ledger }: Report): Inline[] {
  const drawn = samples.reduce((sum, it) => sum + it.items.length, 0);
  return [
    'The tests themselves do not sample: every subject that AWS listed in the accounts and regions in scope is judged in every run. Populations are as complete as the lists that AWS gave; what could not be listed is named under coverage.',
    ...(drawn === 0
      ? ['No subjects were drawn for this report.']
      : [
          `So that a reader can follow single items down to the recorded calls, ${plural(drawn, 'subject')} of ${plural(samples.length, 'source')} were drawn. They are listed with these calls in the first section that shows their source.`,
          [
            'Drawn are the subjects with the smallest SHA-256(ledger root TAB source TAB account TAB region TAB subject), with the root ',
            { text: ledger.root, face: 'mono' } as const,
            '. Anybody who has the population can draw them again and gets the same ones.',
          ],
          'Such a draw is reproducible and not chosen by hand. It is no substitute for a sample that the auditor draws: the populations are in evidence.csv.',
        ]),
  ];
}

const SILENCES: readonly Inline[] = [
  'It is not the opinion of an auditor. A verdict says what fixed rules make of the evidence on record; whether that evidence is sufficient is for the auditor to judge.',
  'It says nothing about accounts, regions and services outside the scope above, nor about systems outside AWS, beyond what people stated.',
  'What people stated is reproduced as they gave it, with name and date. That it is true was not tested.',
  'What happened and was undone between two runs is known only where an event log recorded it.',
  ['All limitations are listed under ', { text: 'Limitations', link: PLACES.limitations }, ' in the appendix.'],
];
