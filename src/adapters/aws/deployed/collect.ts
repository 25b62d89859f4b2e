import { objectStage, type StagedPlan } from '../../../app/collect/stage.ts';
import { collectStep } from '../../../app/collect/steps.ts';
import type { TaskEnd } from '../../../app/task-end.ts';
import type { Catalogue } from '../../../catalog/catalogue.ts';
import { loadService } from '../../../collect/services.ts';
import type { Cloud } from '../../../ports/cloud.ts';
import { cloudUntil } from '../../deadline-cloud.ts';
import { systemClock } from '../../local/clock.ts';
import { awsCloud } from '../cloud.ts';
import { type Deployed, withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';

/** Variables of functions that read member accounts. */
export type MemberEnvironment = StoreEnvironment & {
  readonly WITNESSMARK_ROLE_NAME: string;
  readonly WITNESSMARK_EXTERNAL_ID?: string | undefined;
};

/** Collects one task of a run; `remaining` gives the milliseconds for calls to AWS. */
export function collectDeployed(
  environment: MemberEnvironment,
  { run, index }: { run: string; index: number },
  remaining: () => number,
): Promise<TaskEnd> {
  return withDeployedStore(environment, async ({ store, work }) => {
    const stage = objectStage(work, run);
    const plan = await stage.plan();
    const { cloud, close } = await cloudOf(work, plan, environment);
    try {
      const bounded = cloudUntil(cloud, { clock: systemClock, remaining });
      const catalogue = () => catalogueOf(work, plan);
      return await collectStep(store, { stage, plan, index, catalogue, service: loadService, cloud: bounded });
    } finally {
      close();
    }
  });
}

/** With the set of the plan, although another one may be active by now. It takes as long to load as all the rest. */
async function catalogueOf(work: Deployed['work'], { custom }: StagedPlan): Promise<Catalogue> {
  const { activeCatalogue } = await import('./active-catalogue.ts');
  return (await activeCatalogue(work, { custom: custom ?? null })).catalogue;
}

async function cloudOf(
  work: Deployed['work'],
  { recording }: StagedPlan,
  environment: MemberEnvironment,
): Promise<{ cloud: Cloud; close(): void }> {
  if (recording !== undefined) {
    const { playedRun } = await import('../../played-run.ts');
    return { cloud: await playedRun(work, recording), close: () => {} };
  }
  const { WITNESSMARK_ROLE_NAME: roleName, WITNESSMARK_EXTERNAL_ID: externalId } = environment;
  const cloud = awsCloud({ clock: systemClock, roleName, ...(externalId === undefined ? {} : { externalId }) });
  return { cloud, close: cloud.close };
}
