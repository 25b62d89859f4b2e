import { type WatchResult, watch } from '../../../app/watch.ts';
import type { WatchedMessage } from '../../../app/watch-event.ts';
import { activeCatalogue } from './active-catalogue.ts';
import { withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';
import { snsTopic } from './sns-topic.ts';

/** Seals and tells of the watched events among some messages of the queue. */
export function watchDeployed(
  environment: StoreEnvironment & { readonly WITNESSMARK_TOPIC: string },
  messages: readonly WatchedMessage[],
): Promise<WatchResult> {
  return withDeployedStore(environment, async ({ store, work }) =>
    watch(
      { store, messages: snsTopic(environment.WITNESSMARK_TOPIC), catalogue: (await activeCatalogue(work)).catalogue },
      messages,
    ),
  );
}
