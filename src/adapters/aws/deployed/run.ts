import { type AssessedAll, assessAll } from '../../../app/assess-all.ts';
import { type BegunRun, beginRun } from '../../../app/begin-run.ts';
import { objectStage } from '../../../app/collect/stage.ts';
import { briefOf, type SealedBrief, sealStep } from '../../../app/collect/steps.ts';
import { setOfExecution } from '../../../app/custom/active.ts';
import { deploymentConfig } from '../../../app/deployment-config.ts';
import type { Catalogue } from '../../../catalog/catalogue.ts';
import { services } from '../../../collect/services.ts';
import type { DeploymentConfig } from '../../../model/deployment-config.ts';
import { readRunObject } from '../../recording-object.ts';
import { activeCatalogue } from './active-catalogue.ts';
import { type Deployed, withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';

/** What starts a run. */
export interface RunEvent {
  /** Name of the execution. */
  readonly execution: string;
  readonly at: string;
  readonly scope: {
    readonly accounts?: string[] | undefined;
    readonly regions?: string[] | undefined;
    readonly services?: string[] | undefined;
    readonly recording?: string | undefined;
  };
}

/** What the deployment looks at: its `config/deployment.yaml`, or `deployed`. */
export const configOf = ({ work }: Deployed, catalogue: Catalogue, deployed: unknown): Promise<DeploymentConfig> =>
  deploymentConfig(work, deployed, { services: Object.keys(services), frameworks: catalogue.frameworks.keys() });

/** Begins a run of the deployment; `deployed` is its configuration where the bucket has none. */
export function planDeployed(environment: StoreEnvironment, event: RunEvent, deployed: unknown): Promise<BegunRun> {
  return withDeployedStore(environment, async (it) => {
    const { execution: holder, at, scope } = event;
    const { catalogue, custom } = await activeCatalogue(it.work, { custom: await setOfExecution(it.work, holder) });
    const { recording: file } = scope;
    const recorded = file === undefined ? undefined : { file, ...(await readRunObject(it.work, file)) };
    const config = await configOf(it, catalogue, deployed);
    return beginRun(it, { holder, at, config, catalogue, custom: custom ?? undefined, scope, recorded });
  });
}

/** Seals a run whose tasks have ended; what it gives fits into the state of a machine, however many tasks failed. */
export function sealDeployed(environment: StoreEnvironment, run: string): Promise<SealedBrief> {
  return withDeployedStore(environment, async ({ store, work }) => {
    const stage = objectStage(work, run);
    return briefOf(await sealStep(store, await stage.plan(), stage));
  });
}

/** Makes the assessments that are configured. */
export function assessDeployed(environment: StoreEnvironment, at: string, deployed: unknown): Promise<AssessedAll> {
  return withDeployedStore(environment, async (it) => {
    const { catalogue } = await activeCatalogue(it.work);
    return assessAll(it.store, { catalogue, config: await configOf(it, catalogue, deployed), at });
  });
}
