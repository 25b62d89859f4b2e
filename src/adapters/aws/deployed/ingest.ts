import { ingestTrails, type TrailSource, type TrailsResult } from '../../../app/trails.ts';
import { WitnessmarkError } from '../../../model/error.ts';
import { systemClock } from '../../local/clock.ts';
import { awsCloud } from '../cloud.ts';
import { trailAddress, trailClient, trailObjects } from '../trail-bucket.ts';
import { activeCatalogue } from './active-catalogue.ts';
import type { MemberEnvironment } from './collect.ts';
import { withDeployedStore } from './deployment.ts';
import { configOf } from './run.ts';

/** What of a deployment's events is to be read. */
export interface IngestEvent {
  readonly sources?: readonly TrailSource[] | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly since?: string | undefined;
  readonly isOver: () => boolean;
}

type IngestEnvironment = MemberEnvironment & {
  /** Addresses of trails' buckets, `s3://bucket[/prefix]`. */
  readonly WITNESSMARK_TRAIL_BUCKETS: readonly string[];
  /** What is read where the event does not say. */
  readonly WITNESSMARK_EVENT_SOURCES: readonly TrailSource[];
};

/**
 * Takes in the CloudTrail events of the configured accounts; `deployed` is the configuration where the bucket has none. Throws
 * `config-invalid`, `ingest-address`, and `ingest-out-of-scope` for an account that is not configured.
 */
export function ingestDeployed(
  environment: IngestEnvironment,
  { sources = environment.WITNESSMARK_EVENT_SOURCES, accounts, since, isOver }: IngestEvent,
  deployed: unknown,
): Promise<TrailsResult> {
  return withDeployedStore(environment, async (it) => {
    const { catalogue } = await activeCatalogue(it.work);
    const config = await configOf(it, catalogue, deployed);
    const { WITNESSMARK_ROLE_NAME: roleName, WITNESSMARK_EXTERNAL_ID: externalId } = environment;
    const cloud = awsCloud({ clock: systemClock, roleName, ...(externalId === undefined ? {} : { externalId }) });
    const client = trailClient();
    const trails = environment.WITNESSMARK_TRAIL_BUCKETS.map(trailAddress).map(({ bucket, prefix }) => ({
      bucket: trailObjects(bucket, client),
      prefix,
    }));
    try {
      return await ingestTrails(it.store, {
        trails,
        cloud,
        accounts: within(accounts, config.accounts),
        regions: config.regions,
        catalogue,
        isOver,
        sources,
        ...(since === undefined ? {} : { since }),
      });
    } finally {
      cloud.close();
      client.destroy();
    }
  });
}

function within(asked: readonly string[] | undefined, configured: readonly string[]): readonly string[] {
  const others = asked?.filter((it) => !configured.includes(it)) ?? [];
  if (others.length === 0) return asked ?? configured;
  throw new WitnessmarkError('ingest-out-of-scope', `expected accounts that are configured, got ${others.join(', ')}`, {
    hint: 'add them to config/deployment.yaml',
  });
}
