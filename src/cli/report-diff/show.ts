import type { Change, ChangeKind, ReportDiff, ReportHead } from '../../report/diff/types.ts';
import { KINDS } from '../../report/diff/types.ts';
import type { Output } from '../output.ts';
import { columns, oneLine } from '../output.ts';
import type { LedgerRelation } from './ledger.ts';

/** Most changes of one kind, and most notes and entries of one change, that a terminal shows. */
const SHOWN = { changes: 10, still: 3, notes: 2, entries: 6, controls: 6, note: 300 };

/** Kinds that are counted only: each has a line for every source, and the tables of the packs show them better. */
const COUNTED: ReadonlySet<ChangeKind> = new Set(['population']);

/** The comparison as people read it: which reports, what may mislead, counts, then the changes. */
export function showDiff(diff: ReportDiff, ledger: LedgerRelation, out: Output): void {
  out.print(`${diff.new.framework.title} (${diff.new.framework.version}): what changed between two reports`);
  for (const line of columns([headCells('old', diff.old), headCells('new', diff.new)])) out.print(line);
  out.print(`${MARKS[ledger.relation]}  ${ledger.says}`);
  for (const warning of diff.warnings) out.print(`! warning  ${warning}`);
  out.print();
  if (diff.changes.length === 0) out.print('nothing that the two reports tell is different');
  for (const line of columns(countRows(diff))) out.print(line);
  for (const kind of Object.keys(diff.counts) as ChangeKind[]) {
    if (!COUNTED.has(kind)) showKind(kind, diff, out);
  }
  out.print();
  out.print(
    'The proof of an entry is in data/proofs of the pack; --json and --csv name its file. Both reports were taken at their word: `witnessmark verify <pack>` checks each.',
  );
}

const MARKS: Readonly<Record<LedgerRelation['relation'], string>> = {
  same: '✓ ledger ',
  extends: '✓ ledger ',
  not_proven: '? ledger ',
  forked: '✗ LEDGER ',
  shorter: '✗ LEDGER ',
  other_ledger: '✗ LEDGER ',
  unsigned: '✗ LEDGER ',
};

const headCells = (which: string, { id, period, ledger, asOf }: ReportHead): string[] => [
  which,
  id,
  `${period.from} to ${period.to}`,
  `${ledger.size} ledger entries`,
  `as of ${asOf}`,
];

function countRows({ counts, unchangedControls }: ReportDiff): string[][] {
  const found = (Object.keys(counts) as ChangeKind[]).map((kind) => [
    String(counts[kind]).padStart(6),
    COUNTED.has(kind) ? `${KINDS[kind]} (in --json and --csv <file>)` : KINDS[kind],
  ]);
  return [...found, [String(unchangedControls).padStart(6), 'controls as they were']];
}

function showKind(kind: ChangeKind, diff: ReportDiff, out: Output): void {
  const changes = diff.changes.filter((it) => it.kind === kind);
  out.print();
  out.print(`${KINDS[kind].toUpperCase()} (${changes.length})`);
  const most = kind.startsWith('still_') ? SHOWN.still : SHOWN.changes;
  for (const it of changes.slice(0, most)) for (const line of changeLines(it)) out.print(line);
  if (changes.length > most) out.print(`  … and ${changes.length - most} more, all in --json and --csv <file>`);
}

function changeLines(it: Change): string[] {
  const place = [it.account, it.region].filter((part) => part !== null).join('/');
  const about = [it.subject, place, sourceOf(it)].filter((part) => part !== null && part !== '').join('  ');
  const controls = shortened(it.controls, SHOWN.controls);
  const arrow = arrowOf(it);
  const head =
    about === ''
      ? [[controls, arrow].filter((part) => part !== '').join('  ')]
      : [about, `  ${arrow}${controls === '' ? '' : `  [${controls}]`}`];
  const notes = it.notes.slice(0, SHOWN.notes).map((note) => `  ${cut(note)}`);
  const more = it.notes.length > SHOWN.notes ? [`  … and ${it.notes.length - SHOWN.notes} more, in --json`] : [];
  const entries = it.entries.map(({ report, entry }) => (report === 'old' ? `${entry} (old report)` : String(entry)));
  const evidence = entries.length > 0 ? [`  entries ${shortened(entries, SHOWN.entries)}`] : [];
  return [...head, ...notes, ...more, ...evidence].map((line) => `  ${oneLine(line)}`);
}

/** A source that counts in no verdict says so. */
const sourceOf = ({ source, strength }: Change): string | null =>
  source !== null && strength === 'supporting' ? `${source} (supporting)` : source;

function arrowOf({ before, after }: Change): string {
  if (before === null || after === null) return before ?? after ?? '';
  return before === after ? `still ${after}` : `${before} → ${after}`;
}

/** A policy or an error may be pages long; the whole of it is in --json. */
const cut = (note: string): string =>
  note.length > SHOWN.note ? `${note.slice(0, SHOWN.note)} … (all of it in --json)` : note;

const shortened = (values: readonly string[], most: number): string =>
  values.length > most ? `${values.slice(0, most).join(', ')} and ${values.length - most} more` : values.join(', ');
