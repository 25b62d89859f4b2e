import { catalogueDigest } from '../../../src/app/catalogue.ts';
import { objectStage } from '../../../src/app/collect/stage.ts';
import { collectStep, planStep } from '../../../src/app/collect/steps.ts';
import type { Store } from '../../../src/app/store.ts';
import type { Cloud } from '../../../src/ports/cloud.ts';
import type { Objects } from '../../../src/ports/objects.ts';
import { request, TASK, type World } from '../demo.ts';

const WORLD: World = { boxes: { a: { locked: true }, b: { locked: false } }, rules: { BOX_TAGGED: 'compliant' } };
export const TASKS = ['111122223333', '222233334444', '333344445555'].map((account) => ({ ...TASK, account }));
/** Enough to find what was lost between two of them. */
export const TWO = request(1, { boxes: { a: { locked: true } } }, { tasks: TASKS.slice(0, 2) });
export const ASKED = request(1, WORLD, { tasks: TASKS });

/** Plans and stages a run, as the first function of it does. */
export async function planned(store: Store, work: Objects, { tasks, at, catalogue: judged } = ASKED) {
  const catalogue = catalogueDigest(judged);
  const stageOf = (run: string) => objectStage(work, run);
  const { run, done } = await planStep(store, { tasks, at, catalogue, via: 'recording', stageOf });
  return { run, done, stage: stageOf(run) };
}

/** One task, as a function of its own does it; `cloud` stands for AWS as it is by then. */
export async function collected(
  store: Store,
  work: Objects,
  { run, index }: { run: string; index: number },
  cloud?: Cloud,
) {
  const stage = objectStage(work, run);
  const { service } = ASKED;
  const catalogue = async () => ASKED.catalogue;
  const step = { stage, plan: await stage.plan(), index, catalogue, service, cloud: cloud ?? ASKED.cloud };
  return collectStep(store, step);
}
