import type { Outcome } from '../../../model/evidence.ts';
import type { ControlResult, Report } from '../../../model/report.ts';
import type { Sample, SourceSample } from '../../../model/sample.ts';
import { count } from '../../numbers.ts';
import { shortZoned } from '../../times.ts';
import { OUTCOMES } from '../../words.ts';
import type { Book } from '../elements/book.ts';
import { lazily } from '../elements/rows.ts';
import { titledTable } from '../elements/titled-table.ts';
import type { Inline, Run } from '../text/inline.ts';
import { paragraph } from '../text/text.ts';
import { COLORS, type Color, STYLES, type TextStyle } from '../theme.ts';
import { subjectRuns, timeHead } from './subject.ts';

/** A drawn sample with the one section that shows it. */
interface Placed {
  readonly sample: SourceSample;
  /** Id of the first control, in the order of the sections, that the source is evidence for. */
  readonly control: string;
  readonly destination: string;
}

/** Samples by source. */
export type Samples = ReadonlyMap<string, Placed>;

/** Where each sample stands: in the first section that shows its source, since one source serves several controls. */
export function placeSamples(report: Report): Samples {
  const first = new Map<string, string>();
  for (const control of inOrder(report)) {
    for (const { source } of control.sources) if (!first.has(source)) first.set(source, control.id);
  }
  const placed = new Map<string, Placed>();
  for (const [index, sample] of report.samples.entries()) {
    const control = first.get(sample.source);
    if (control === undefined || sample.items.length === 0) continue;
    placed.set(sample.source, { sample, control, destination: `m${String(index).padStart(6, '0')}` });
  }
  return placed;
}

function* inOrder(report: Report): Generator<ControlResult> {
  for (const set of report.sets) yield* report.controls.filter((control) => control.set === set.id);
}

/** The sampled subjects of a source with the calls they rest on, or where they stand. Nothing for a source without a sample. */
export function* sampled(book: Book, placed: Placed | undefined, control: string): Generator<void> {
  if (placed === undefined) return;
  if (placed.control === control) yield* sampleTable(book, placed);
  else {
    const { destination } = placed;
    const runs: Inline = [
      { text: 'Sampled evidence: ', face: 'bold' },
      'see ',
      { text: placed.control, link: destination },
      ', page',
      { text: '', pageOf: destination },
    ];
    paragraph(book.canvas, runs, { style: STYLES.small, after: 6 });
  }
}

function* sampleTable({ canvas, report }: Book, { sample, destination }: Placed): Generator<void> {
  const { timeZone } = report;
  const callers = callersOf(sample.items);
  const note = `${howDrawn(sample)}${callers === undefined ? '' : ` Called as ${callers}.`}`;
  yield* titledTable(
    canvas,
    { title: 'Sampled evidence', note, destination },
    {
      columns: [
        { head: timeHead('Subject, outcome as of', timeZone), share: 3, names: true, style: DENSE },
        {
          head: timeHead('Recorded call, when, file of retrievals and line; AWS request id', timeZone),
          share: 5,
          style: DENSE,
        },
      ],
      rows: lazily(sample.items, (it) => [subject(it, timeZone), calls(it, timeZone, callers === undefined)]),
      all: 'samples.csv',
      after: 8,
    },
  );
}

/** Samples are many and looked up one by one, so they are set closer than what is read. */
const DENSE: TextStyle = { ...STYLES.small, size: 7.75, leading: 10.25 };

/** How the subjects were chosen; the rule that draws them again is told once, in front of all sections. */
function howDrawn({ items, population }: SourceSample): string {
  const all = population === 1 ? 'The only subject' : `All ${count(population)} subjects`;
  if (items.length >= population) return `${all} at the end of the period.`;
  return `${count(items.length)} of ${count(population)} subjects, drawn by their digests so that nobody chose them.`;
}

/** Who called, where that can be said once: for all, or for each account. Undefined where it takes more than that. */
function callersOf(items: readonly Sample[]): string | undefined {
  const byAccount = new Map<string, string>();
  for (const { account, calls } of items) {
    for (const { caller } of calls) {
      const name = shortCaller(caller);
      if ((byAccount.get(account) ?? name) !== name) return undefined;
      byAccount.set(account, name);
    }
  }
  const names = new Set(byAccount.values());
  if (names.size === 1) return [...names].join('');
  const list = [...byAccount].map(([account, name]) => `${name} in ${account}`);
  return list.length === 0 ? undefined : list.join(', ');
}

const OUTCOME_COLORS: Readonly<Record<Outcome, Color>> = {
  compliant: COLORS.green,
  non_compliant: COLORS.red,
  inconclusive: COLORS.amber,
  not_applicable: COLORS.muted,
};

function subject(it: Sample, timeZone: string): Inline {
  return [
    ...subjectRuns(it.subject, it.name),
    { text: `\n${it.account} · ${it.region} · ledger #${it.entry}\n`, color: COLORS.muted },
    { text: OUTCOMES[it.outcome].word, face: 'bold', color: OUTCOME_COLORS[it.outcome] },
    { text: ` · ${onOneLine(it.at, timeZone)}`, color: COLORS.muted },
  ];
}

function calls({ calls: list }: Sample, timeZone: string, withCaller: boolean): Inline {
  if (list.length === 0) return [{ text: 'No recorded call.', color: COLORS.muted }];
  return list.flatMap((it, index): (string | Run)[] => {
    const place = `${it.object.slice(0, 12)}… line ${it.line}`;
    const by = withCaller ? ` · by ${shortCaller(it.caller)}` : '';
    return [
      { text: `${index === 0 ? '' : '\n'}${it.operation}`, face: 'mono' },
      ` · ${onOneLine(it.at, timeZone)} · ${place}`,
      { text: `\n${it.requestId ?? 'no request id'}${by}`, color: COLORS.muted },
    ];
  });
}

const onOneLine = (timestamp: string, timeZone: string): string => shortZoned(timestamp, timeZone).replace('\n', ' / ');

/** `arn:aws:sts::…:assumed-role/Reader/witnessmark` → `Reader/witnessmark`; what is no ARN stays as it is. */
export function shortCaller(caller: string): string {
  if (!caller.startsWith('arn:')) return caller;
  const resource = caller.split(':').slice(5).join(':');
  const name = resource.slice(resource.indexOf('/') + 1);
  return name === '' ? caller : name;
}
