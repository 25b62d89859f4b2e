import { redact } from '../../collect/redact.ts';
import { canonicalize, sha256Hex } from '../../ledger/canonical.ts';
import { gzipLines } from '../../ledger/json-lines.ts';
import type { Json } from '../../model/json.ts';
import { Retrieval } from '../../model/retrieval.ts';
import type { EvidenceIndex } from '../../ports/evidence-index.ts';
import { readObject } from '../objects.ts';
import type { Store } from '../store.ts';
import { atMost, counted, type Measured, type Span } from './measured.ts';

const MOST_RUNS = 20_000;
const MOST_OBSERVATIONS = 20_000;
/** Runs, tasks of them and calls of each that are looked at: some thousand answers. */
const RUNS = 3;
const TASKS = 24;
const CALLS = 200;
const EVENTS = 200;
const SHOWN = 20;
/** Of one object of recorded calls, unpacked. */
const BOUNDS = { maxBytes: 64 * 2 ** 20, maxLineBytes: 16 * 2 ** 20 };

type Reading = Pick<Store, 'objects' | 'redactionSecret' | 'index'>;

interface Looked {
  answers: number;
  readonly found: string[];
}

/**
 * M9: stored answers and delivered records in which today's detector still finds a secret. Redaction leaves nothing
 * that redacting again would change, so whatever it changes was missed. Nothing of a value is told: only where and by
 * which rule.
 */
export async function redactionFailures(store: Reading, span: Span): Promise<Measured> {
  const looked: Looked = { answers: 0, found: [] };
  const { collected, ingested } = await newestRuns(store.index, span);
  const objects = await retrievalsOf(store.index, collected);
  for (const object of objects) await lookAt(store, object, looked);
  for (const run of ingested) await lookAtEvents(store, run, looked);
  if (looked.answers === 0) return { unknown: `no stored answer of the last ${counted(span.days, 'day')}` };
  const says = `${counted(looked.found.length, 'stored answer')} with a secret, of ${looked.answers} looked at in ${counted(objects.length, 'task')}`;
  const details = { answers: looked.answers, tasks: objects.length, found: looked.found.slice(0, SHOWN) };
  return { value: looked.found.length, says, details };
}

async function newestRuns(index: EvidenceIndex, { from, to }: Span) {
  const [collected, ingested]: [string[], string[]] = [[], []];
  for await (const { body } of atMost(index.bodies('run', { from, to }), MOST_RUNS, 'runs')) {
    if (body.mode === 'collect') collected.push(body.run);
    if (body.mode === 'ingest') ingested.push(body.run);
  }
  return { collected: collected.slice(-RUNS), ingested: ingested.slice(-RUNS) };
}

/** Objects of recorded calls, chosen by their names, which are hashes. */
async function retrievalsOf(index: EvidenceIndex, runs: readonly string[]): Promise<string[]> {
  const names = new Set<string>();
  for (const run of runs) {
    const rows = atMost(index.bodies('observations', { run }), MOST_OBSERVATIONS, 'tasks of a run');
    for await (const { body } of rows) if (body.retrievals !== null) names.add(body.retrievals);
  }
  return [...names].sort().slice(0, TASKS);
}

async function lookAt(store: Reading, object: string, looked: Looked): Promise<void> {
  const bytes = await readObject(store.objects, 'retrievals', object);
  let line = 0;
  for await (const text of gzipLines(bytes, BOUNDS)) {
    line += 1;
    if (line > CALLS) return;
    const { answer, error } = Retrieval.parse(JSON.parse(Buffer.from(text).toString('utf8')));
    const said: Json = answer ?? { message: error?.message ?? '', name: error?.name ?? '' };
    count(store, said, `retrievals/${object}.jsonl.gz line ${line}`, looked);
  }
}

async function lookAtEvents(store: Reading, run: string, looked: Looked): Promise<void> {
  let events = 0;
  for await (const { index, evidence } of store.index.evidence({ run })) {
    events += 1;
    if (events > EVENTS) return;
    if (evidence.record !== undefined) count(store, evidence.record, `record of ledger entry ${index}`, looked);
  }
}

function count({ redactionSecret }: Reading, stored: Json, where: string, looked: Looked): void {
  looked.answers += 1;
  const { value, redactions } = redact(stored, { secret: redactionSecret });
  if (sha256Hex(canonicalize(value)) === sha256Hex(canonicalize(stored))) return;
  const rules = [...new Set(redactions.map((it) => it.rule))].sort().join(', ');
  looked.found.push(`${where}: ${rules}`.slice(0, 300));
}
