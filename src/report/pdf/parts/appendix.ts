import type { Report } from '../../../model/report.ts';
import { count, plural } from '../../numbers.ts';
import { shortZoned } from '../../times.ts';
import { exact, facts, list } from '../elements/blocks.ts';
import { type Book, PARTS, PLACES } from '../elements/book.ts';
import { heading } from '../elements/heading.ts';
import { table } from '../elements/table.ts';
import { newPage, setLabel } from '../file/canvas.ts';
import { within } from '../file/tags.ts';
import { paragraph } from '../text/text.ts';
import { STYLES } from '../theme.ts';
import { ACCOUNTS_ON_COVER } from './cover.ts';
import { glossary } from './glossary.ts';
import { rules } from './rules.ts';
import { timeHead } from './subject.ts';

const RUNS_SHOWN = 400;
const READS_SHOWN = 200;

/** Everything that a reader needs to judge the report itself. */
export function appendix(book: Book): void {
  const { canvas, report } = book;
  setLabel(canvas, PARTS.appendix.title);
  newPage(canvas);
  within(canvas, 'Sect', () => {
    const { title, destination } = PARTS.appendix;
    const part = heading(canvas, 1, title, { destination, outline: { under: canvas.doc.outline } });
    const section = (name: string, destination: string, write: () => void, keep = 64): void =>
      within(canvas, 'Sect', () => {
        heading(canvas, 2, name, { destination, keep, ...(part === undefined ? {} : { outline: { under: part } }) });
        write();
      });
    section('How to verify this report', PLACES.verification, () => verification(canvas, report));
    section('How a verdict is reached', PLACES.rules, () => rules(book));
    section('Words', PLACES.words, () => glossary(canvas));
    section('Limitations', PLACES.limitations, () => limitations(canvas, report));
    section('What could not be collected', PLACES.notCollected, () => notCollected(canvas, report), 190);
    section('Runs', PLACES.runs, () => runs(canvas, report));
    if (report.scope.accounts.length > ACCOUNTS_ON_COVER) {
      section('Accounts in scope', PLACES.accounts, () =>
        paragraph(canvas, [{ text: report.scope.accounts.join('  '), face: 'mono' }]),
      );
    }
  });
}

function verification(canvas: Book['canvas'], report: Report): void {
  paragraph(
    canvas,
    'The report is one file of a pack. The pack can be verified offline with ordinary tools; run these in its folder:',
  );
  const steps: [string, string][] = [
    ['Every file is as it was packed', 'sha256sum -c manifest-sha256.txt && sha256sum -c tagmanifest-sha256.txt'],
    [
      'This document is signed and was not changed (expect "Signature is Valid." and "Total document signed")',
      'pdfsig data/report.pdf',
    ],
    [
      'The signing certificate is the one on the cover',
      'openssl x509 -in data/trust/signing.pem -noout -subject -fingerprint -sha256',
    ],
    [
      'The data inside this document is the data beside it',
      'pdfdetach -save 1 -o inside.json data/report.pdf && cmp inside.json data/report.json',
    ],
    ['Everything at once, with the evidence recomputed and the ledger proofs checked', 'witnessmark verify .'],
  ];
  for (const [name, command] of steps) exact(canvas, name, command);
  paragraph(
    canvas,
    'Whoever could alter a pack could also alter the keys and instructions inside it: obtain the values below from the organisation in another way and compare.',
  );
  facts(canvas, [
    ['Verifier key', [{ text: report.ledger.verifierKey, face: 'mono' }]],
    ['Certificate SHA-256', [{ text: report.signing.sha256, face: 'mono' }]],
  ]);
  exact(
    canvas,
    `Signed checkpoint of the ledger at ${plural(report.ledger.size, 'entry', 'entries')}`,
    report.ledger.checkpoint.trimEnd(),
  );
}

function limitations(canvas: Book['canvas'], report: Report): void {
  const own = [
    'The report shows the state of AWS resources as the AWS interfaces described them at the times of the runs; what happened and was undone between two runs appears only where an event source recorded it.',
    'Text that the fonts of this document cannot show, or that would be invisible, is written as \\u{…} with the code point; report.json has the original.',
  ];
  list(canvas, [...report.limitations, ...own]);
}

function notCollected(canvas: Book['canvas'], report: Report): void {
  const reads = report.notCollected;
  if (reads.length === 0) {
    paragraph(canvas, 'Every read of every run in the period was answered.');
    return;
  }
  table(canvas, {
    columns: [
      { head: 'Where', width: 76, names: true },
      { head: 'What was answered', share: 5 },
      { head: timeHead('First and last', report.timeZone), width: 76 },
      { head: 'Runs', width: 28, align: 'right' },
      { head: 'Controls', share: 2 },
    ],
    rows: reads
      .slice(0, READS_SHOWN)
      .map((it) => [
        `${it.service}\n${it.account}\n${it.region}`,
        [
          { text: `${it.failure.operation}: ${it.failure.name}: ${it.failure.message}`, face: 'mono' },
          subjectsOf(it.subjects),
        ],
        `${shortZoned(it.first, report.timeZone)}\n${shortZoned(it.last, report.timeZone)}`,
        count(it.runs),
        it.controls.length === 0 ? 'none' : it.controls.join(', '),
      ]),
    more: rest(reads.length - READS_SHOWN, 'further read', 'not-collected.csv'),
  });
}

const subjectsOf = (subjects: number): string => (subjects === 0 ? '' : `\n${plural(subjects, 'subject')} left open`);

const rest = (number: number, what: string, file: string): string | undefined =>
  number > 0 ? `… and ${plural(number, what)}, see ${file}.` : undefined;

const MODES: Readonly<Record<Report['runs'][number]['mode'], string>> = {
  collect: 'collection',
  ingest: 'events',
  evaluate: 'evaluation',
};
const STATES: Readonly<Record<Report['runs'][number]['state'], string>> = {
  complete: 'Complete',
  incomplete: 'Incomplete',
  interrupted: 'Interrupted',
};

/** The usual case, a collection from AWS, is not said each time. */
function stateOf({ state, mode, via }: Report['runs'][number]): string {
  if (mode !== 'collect') return `${STATES[state]} (${MODES[mode]})`;
  return via === 'recording' ? `${STATES[state]} (recording)` : STATES[state];
}

function runs(canvas: Book['canvas'], report: Report): void {
  if (report.runs.length === 0) {
    paragraph(canvas, 'There was no run in the period.');
    return;
  }
  const number = { align: 'right', width: 38 } as const;
  table(canvas, {
    columns: [
      { head: timeHead('Started', report.timeZone), width: 72, names: true },
      { head: 'Run', width: 142, style: { ...STYLES.mono, size: 6.5 } },
      { head: 'State', share: 1 },
      { head: 'Tasks', ...number },
      { head: 'Failed', width: 32, align: 'right' },
      { head: 'Calls', ...number },
      { head: 'Entry', ...number },
    ],
    rows: report.runs
      .slice(0, RUNS_SHOWN)
      .map((run) => [
        shortZoned(run.startedAt, report.timeZone),
        run.id,
        stateOf(run),
        `${count(run.collected)}/${count(run.expected)}`,
        count(run.failed.length),
        count(run.calls),
        `#${run.entry}`,
      ]),
    more: rest(report.runs.length - RUNS_SHOWN, 'further run', 'runs.csv'),
  });
}
