import type { Evidence } from '../../src/model/evidence.ts';
import type { EvidenceFilter, EvidenceIndex, IndexedEntry } from '../../src/ports/evidence-index.ts';

/** Every kind of body that is no evidence. */
const KINDS = ['observations', 'plan', 'run', 'framework', 'assessment', 'report', 'trust'] as const;

const collected = async <T>(items: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(items);
const distinct = (values: readonly (string | undefined)[]): string[] =>
  [...new Set(values)].filter((it) => it !== undefined).sort();

/**
 * Whatever can be asked of an index about these entries: each list with each filter that one of them
 * meets, each place, each hash and each ledger index.
 */
export async function everyAnswer(index: EvidenceIndex, entries: readonly IndexedEntry[]) {
  const evidence = entries.map((it) => it.body).filter((it): it is Evidence => it.kind === 'evidence');
  const half = Math.floor(entries.length / 2);
  const times = distinct(entries.map((it) => it.body.at));
  const runs = distinct(entries.map((it) => it.body.run)).map((run) => ({ run }));
  const middle = times[Math.floor(times.length / 2)] ?? '';
  const windows: EvidenceFilter[] = [{}, { treeSize: half }, { from: middle }, { to: middle }, { from: '~', to: '' }];
  const filters: EvidenceFilter[] = [
    ...windows,
    ...runs,
    ...distinct(evidence.map((it) => it.source)).map((source) => ({ source })),
    ...distinct(evidence.map((it) => it.subject)).map((subject) => ({ subject })),
    ...distinct(evidence.map((it) => it.event?.actor)).map((actor) => ({ actor })),
    ...distinct(evidence.map((it) => it.account)).map((account) => ({ account })),
    ...places(evidence).flatMap((place) => [place, { ...place, ...runs[0] }, { ...place, to: times[0] ?? '' }]),
  ];
  const hashes = entries.map((it) => it.entry.body.slice('sha256:'.length));
  return {
    size: await index.size(),
    evidence: await each(filters, (filter) => collected(index.evidence(filter))),
    observations: await each([...windows, ...runs, { source: 'check:a-b' }], (it) => collected(index.observations(it))),
    bodies: await each(KINDS, (kind) =>
      each(kind === 'plan' ? [...windows, ...runs] : [{}], (filter) => collected(index.bodies(kind, filter))),
    ),
    heads: await each(['source', 'entry'] as const, (order) =>
      each([entries.length, half], (treeSize) => collected(index.heads(order, treeSize))),
    ),
    current: await each(places(evidence), async ({ source, account, region }) => [
      ...(await index.current(source, account, region)),
    ]),
    evidenceAt: await each(entries, (it) => index.evidenceAt(it.index)),
    find: await each(hashes, (hash) => index.find(hash)),
  };
}

/** One question after the other, with what was asked beside the answer. */
async function each<A, B>(questions: readonly A[], ask: (question: A) => Promise<B>): Promise<[A, B][]> {
  return Promise.all(questions.map(async (question) => [question, await ask(question)] as [A, B]));
}

function places(evidence: readonly Evidence[]): { source: string; account: string; region: string }[] {
  const all = evidence.map(({ source, account, region }) => JSON.stringify({ source, account, region }));
  return distinct(all).map((it) => JSON.parse(it));
}
