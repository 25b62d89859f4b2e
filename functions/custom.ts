import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { UploadEvent } from '../src/adapters/aws/deployed/upload-event.ts';
import { Topic } from './environment.ts';
import { data, listStore, publish, putInStore, readInStore, replaceInStore, tellFailures } from './needs.ts';
import { wrap } from './wrap.ts';

/** Judges the user's own checks, selectors and frameworks, which lie in `custom/`, whenever one is uploaded or removed. */
export const handler = wrap({
  event: UploadEvent,
  environment: StoreEnvironment.pick({ WITNESSMARK_STORE: true }).extend(Topic),
  run: async ({ event, environment, log }) => {
    const { customDeployed } = await import('../src/adapters/aws/deployed/custom.ts');
    log({ message: 'told', objects: event.map(({ key, version }) => ({ key: key.slice(0, 200), version })) });
    const outcome = await customDeployed(environment, event);
    if (outcome === undefined) return { ok: true as const, status: 'elsewhere' as const };
    const { result, resultKey: key, judged, active } = outcome;
    return { ok: true as const, status: result.status, summary: result.summary, judged, key, custom: active?.sha256 };
  },
});

export const needs = [
  listStore,
  readInStore('ReadCustom', 'custom/*', 'state/custom.json'),
  data,
  putInStore('KeepCustom', 'custom-active/*', 'custom-results/*'),
  replaceInStore('KeepState', 'state/custom.json'),
  publish('AlertsTopic'),
  tellFailures,
];
