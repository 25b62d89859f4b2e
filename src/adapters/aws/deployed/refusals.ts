import { type RecordedRefusals, recordRefusals } from '../../../api/gateway-refusals.ts';
import { deliveredLines } from './delivered-lines.ts';
import { withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';

/** Seals whom the gateway refused, by what a subscription of its access log delivered. Throws as its two steps do. */
export async function refusalsDeployed(environment: StoreEnvironment, data: string): Promise<RecordedRefusals> {
  const lines = deliveredLines(data);
  return withDeployedStore(environment, ({ store }) => recordRefusals(store, lines));
}
