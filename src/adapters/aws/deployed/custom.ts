import { setTimeout } from 'node:timers/promises';
import { type CustomOutcome, checkFolder } from '../../../app/custom/check-folder.ts';
import { FOLDER } from '../../../app/custom/folder.ts';
import { systemClock } from '../../local/clock.ts';
import { s3Uploads } from '../s3/uploads.ts';
import { storeObjects } from '../store/store.ts';
import { parseStoreLocation } from '../store/store-location.ts';
import { bundledCatalogue } from './catalogue.ts';
import { snsTopic } from './sns-topic.ts';
import type { Told } from './upload-event.ts';

/**
 * Judges the folder `custom/` of a deployment, told of an upload or of nothing. Undefined where all that it was told of
 * lies elsewhere. It opens no ledger: nothing here is evidence. Throws as `checkFolder` does.
 */
export async function customDeployed(
  environment: { readonly WITNESSMARK_STORE: string; readonly WITNESSMARK_TOPIC: string },
  told: readonly Told[],
): Promise<CustomOutcome | undefined> {
  const location = parseStoreLocation(environment.WITNESSMARK_STORE);
  const { bucket, prefix = '', owner } = location;
  const folder = `${prefix}${FOLDER}/`;
  const isOurs = (it: Told): boolean => it.bucket === bucket && it.key.startsWith(folder);
  if (told.length > 0 && !told.some(isOurs)) return undefined;
  return checkFolder({
    objects: storeObjects(location),
    uploads: s3Uploads({ bucket, prefix: folder, ...(owner === undefined ? {} : { owner }) }),
    catalogue: await bundledCatalogue(),
    messages: snsTopic(environment.WITNESSMARK_TOPIC),
    clock: systemClock,
    wait: (milliseconds) => setTimeout(milliseconds),
  });
}
