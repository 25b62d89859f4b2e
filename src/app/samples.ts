import { SAMPLED_CALLS } from '../assess/sample.ts';
import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import { WitnessmarkError } from '../model/error.ts';
import { Retrieval, type RetrievalRef } from '../model/retrieval.ts';
import type { Sample, SampledCall, SourceSample } from '../model/sample.ts';
import { readLines } from './objects.ts';
import type { Store } from './store.ts';

interface Wanted {
  readonly item: Sample;
  readonly references: readonly RetrievalRef[];
}

/** Completes samples with the recorded calls that each was derived from. Throws as the store's readers do. */
export async function withCalls(store: Store, samples: readonly SourceSample[]): Promise<SourceSample[]> {
  const wanted: Wanted[] = [];
  for (const item of samples.flatMap((it) => it.items))
    wanted.push({ item, references: await referencesOf(store, item) });
  const calls = await readCalls(
    store,
    wanted.flatMap((it) => it.references),
  );
  const callsOf = new Map(
    wanted.map(({ item, references }) => [item, references.flatMap((it) => calls.get(keyOf(it)) ?? [])]),
  );
  return samples.map((sample) => ({
    ...sample,
    items: sample.items.map((item) => ({ ...item, calls: callsOf.get(item) ?? [] })),
  }));
}

/** The index is a copy; what it says is checked against the ledger's hash before it is reported. */
async function referencesOf(store: Store, { entry, body }: Sample): Promise<RetrievalRef[]> {
  const evidence = await store.index.evidenceAt(entry);
  if (evidence !== undefined && sha256Hex(canonicalize(evidence)) === body)
    return evidence.retrievals.slice(0, SAMPLED_CALLS);
  throw new WitnessmarkError('index-damaged', `the index holds other evidence than ledger entry ${entry} commits to`, {
    hint: 'run `witnessmark replay`',
  });
}

/** Each object is read once, and one at a time. */
async function readCalls(store: Store, references: readonly RetrievalRef[]): Promise<Map<string, SampledCall>> {
  const calls = new Map<string, SampledCall>();
  for (const [object, group] of Map.groupBy(references, (it) => it.object)) {
    const lines = await readLines(store.objects, 'retrievals', object);
    for (const it of group) calls.set(keyOf(it), callOf(it, lines[it.line - 1]));
  }
  return calls;
}

const keyOf = ({ object, line }: RetrievalRef): string => `${object} ${line}`;

function callOf(reference: RetrievalRef, line: string | undefined): SampledCall {
  const parsed = line === undefined ? undefined : Retrieval.safeParse(JSON.parse(line));
  if (parsed?.data?.sha256 !== reference.sha256) {
    const place = `line ${reference.line} of retrievals/${reference.object}.jsonl.gz`;
    throw new WitnessmarkError('store-object-altered', `${place} is not the call that the evidence rests on`, {
      hint: 'run `witnessmark audit`',
    });
  }
  const { requestId, caller, startedAt } = parsed.data;
  return { ...reference, requestId, caller, at: startedAt };
}
