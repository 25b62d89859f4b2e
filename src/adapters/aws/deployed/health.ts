import { keepHealth, measureHealth } from '../../../app/health/measure.ts';
import { type AnyAudit, auditAndSeal } from '../../../app/self-audit.ts';
import type { Health } from '../../../model/health.ts';
import { sqliteIndex } from '../../local/sqlite-index.ts';
import { auditedAwsStore } from '../store/audited-store.ts';
import { storeMeasures } from '../store/store.ts';
import { parseStoreLocation } from '../store/store-location.ts';
import { withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';

/** Stores of at most so many entries are replayed whole: reading more of them every hour would cost more than it tells. */
const WHOLE_MOST = 2_000;

/** Measures the health of the deployment's store and keeps the result for the API. */
export function healthDeployed(environment: StoreEnvironment, days: number): Promise<Health> {
  return withDeployedStore(environment, async ({ store, work, location }) => {
    const health = await measureHealth({
      ...storeMeasures(location),
      store,
      watches: true,
      timer: () => performance.now(),
      replay: { newIndex: () => sqliteIndex(':memory:'), wholeMost: WHOLE_MOST },
      days,
    });
    await keepHealth({ objects: work }, health);
    return health;
  });
}

/**
 * Audits the deployment's store and seals what came of it, as `auditAndSeal` does. The role of its function may ask KMS for
 * the key: where it is refused that, somebody has changed the deployment, and the audit has failed.
 */
export async function auditDeployed(environment: StoreEnvironment, covers: 'whole' | 'new'): Promise<AnyAudit> {
  const opened = await auditedAwsStore(parseStoreLocation(environment.WITNESSMARK_STORE));
  const audited = { ...opened, found: (opened.found ?? []).map((it) => ({ ...it, severity: 'error' as const })) };
  return auditAndSeal((work) => withDeployedStore(environment, ({ store }) => work(store)), { audited, covers });
}
