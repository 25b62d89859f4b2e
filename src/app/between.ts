import type { Evidence } from '../model/evidence.ts';
import { populationSubject } from '../model/evidence.ts';
import type { Judged, RecordedTask } from './settlement.ts';
import type { Store } from './store.ts';

/** Tasks of a ledger, and the runs that judged earlier retrievals. */
interface Known {
  readonly tasks: readonly RecordedTask[];
  readonly evaluated: ReadonlySet<string>;
}

/**
 * Sources by which a task cannot be judged any more: a later observation of the same place by the same
 * source commits to states that the new evidence, dated before it, would change. Such an observation
 * says "as it was before" without writing it again, and was right when it was made.
 */
export async function committedSources(
  store: Pick<Store, 'index'>,
  { tasks, evaluated }: Known,
  { task, evidence }: { task: RecordedTask; evidence: readonly Evidence[] },
): Promise<Set<string>> {
  const committed = new Set<string>();
  for (const [source, written] of Map.groupBy(evidence, (it) => it.source)) {
    for (const { at, judged } of laterObservations(tasks, task, source)) {
      const states = await committedStates(store, { ...placeOf(task), source, to: at, treeSize: judged.index });
      const isNative = !evaluated.has(judged.run);
      if (written.some((it) => changes(it, states.get(it.subject), judged, isNative))) committed.add(source);
      // A complete observation commits to everything, so those after it rest on the same states.
      if (judged.complete) break;
    }
  }
  return committed;
}

const placeOf = ({ body: { account, region } }: RecordedTask) => ({ account, region });

/** In order of their time, as the tasks are. */
function laterObservations(
  tasks: readonly RecordedTask[],
  { body }: RecordedTask,
  source: string,
): { at: string; judged: Judged }[] {
  return tasks
    .filter(({ body: it }) => it.account === body.account && it.region === body.region && it.service === body.service)
    .flatMap((it) => {
      const judged = it.body.at > body.at ? it.judgedBy.get(source) : undefined;
      return judged ? [{ at: it.body.at, judged }] : [];
    });
}

type CommittedFilter = NonNullable<Parameters<Store['index']['evidence']>[0]>;

/** Each subject's newest evidence among what an observation could know of. */
async function committedStates(
  { index }: Pick<Store, 'index'>,
  filter: CommittedFilter,
): Promise<Map<string, Evidence>> {
  const states = new Map<string, Evidence>();
  for await (const { evidence } of index.evidence(filter)) states.set(evidence.subject, evidence);
  return states;
}

/** Whether new evidence would change the state that an observation committed to. */
function changes(written: Evidence, state: Evidence | undefined, { complete }: Judged, isNative: boolean): boolean {
  const isCovered = complete || written.subject === populationSubject(written.resourceType);
  if (!isCovered || (state !== undefined && state.at > written.at)) return false;
  if (state !== undefined && state.change !== 'absent') return true;
  // A subject that the observation did not have is said to be gone when a run of the time is come to.
  return written.change !== 'absent' && !isNative;
}
