import { cachedCatalogue } from '../adapters/local/catalogue-cache.ts';
import { INSTALLED, loadCatalogueFiles } from '../adapters/local/catalogue-files.ts';
import { fixedClock, systemClock } from '../adapters/local/clock.ts';
import { cosignCheckpoint } from '../app/cosign.ts';
import { software } from '../app/software.ts';
import type { Store } from '../app/store.ts';
import { sealTrust } from '../app/trust.ts';
import type { Catalogue } from '../catalog/catalogue.ts';
import { lintCatalogue } from '../catalog/lint.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import { tellCosigned } from './cosigned.ts';
import { type CommonOptions, createOutput, type Output } from './output.ts';
import { storePlace } from './store-place.ts';

/**
 * The clock of the command line. `WITNESSMARK_NOW` sets it, for demonstrations and tests that must
 * give the same bytes every time.
 */
export const clock = process.env.WITNESSMARK_NOW ? fixedClock(process.env.WITNESSMARK_NOW) : systemClock;

/**
 * Opens the store, does the work, and closes the index whatever happens. Where the work has written,
 * the witnesses of the store are asked at its end to cosign what it published.
 */
export async function withStore<T>(options: CommonOptions, work: (store: Store) => Promise<T>): Promise<T> {
  const place = await storePlace(options.store);
  const store = await place.open({ clock, software });
  let wrote = false;
  const claim = async (): Promise<void> => {
    await store.claim?.();
    wrote = true;
  };
  try {
    const result = await work({ ...store, claim });
    if (wrote) await cosign(store, createOutput(options));
    return result;
  } finally {
    await store.index.close();
  }
}

/** What was sealed is sealed: that it cannot be cosigned is told, and is no failure of what was asked. */
async function cosign(store: Store, out: Output): Promise<void> {
  try {
    tellCosigned(await cosignCheckpoint(store), out);
  } catch (thrown) {
    out.note(`the witnesses could not be asked: ${messageOf(thrown)}`);
  }
}

/**
 * As `withStore`, for work that appends what does not depend on what others append meanwhile: it takes no
 * claim, so that a collection can go on beside it. The ledger puts the entries of all writers in order.
 */
export async function withSharedStore<T>(
  options: Pick<CommonOptions, 'store'>,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { claim: _, ...store } = await (await storePlace(options.store)).open({ clock, software });
  try {
    return await work(store);
  } finally {
    await store.index.close();
  }
}

/** As `withStore`, but makes a new store where there is none, and says so. */
export async function withNewStore<T>(
  options: CommonOptions,
  out: Output,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const place = await storePlace(options.store);
  if (await place.isWanting()) {
    await place.init({ organisation: 'Unnamed organisation', clock });
    out.note(`made a new store in ${options.store} (\`witnessmark init --organisation NAME\` names it)`);
  }
  return withStore(options, async (store) => {
    // Also for a store whose making was interrupted; it writes nothing where the entry is there.
    await sealTrust(store, await place.trustFiles());
    return work(store);
  });
}

/**
 * The catalogue of this checkout and any extra framework files; throws on the first error in it. Without files of others
 * it comes as it was kept by an earlier command: without examples, and places in files.
 */
export function catalogue(extra: readonly string[] = []): Promise<Catalogue> {
  return extra.length > 0
    ? rightCatalogue(extra)
    : cachedCatalogue({ root: INSTALLED, load: () => rightCatalogue([]) });
}

/**
 * As `catalogue`, from its files. The examples of the checkout's own checks are its tests; they are run here only where
 * files of others come with it.
 */
export async function rightCatalogue(extra: readonly string[]): Promise<Catalogue> {
  const loaded = await loadCatalogueFiles(extra);
  const errors = lintCatalogue(loaded, { examples: extra.length > 0 }).filter((it) => it.severity === 'error');
  const [first] = errors;
  if (first) {
    throw new WitnessmarkError('catalog-invalid', `${first.file}:${first.line}:${first.column}: ${first.message}`, {
      hint:
        errors.length === 1
          ? 'mend it and try again'
          : `${errors.length} problems: run \`witnessmark framework validate\``,
    });
  }
  return loaded;
}

/** The catalogue as it is, problems and all, for the commands that show them. */
export const rawCatalogue = (extra: readonly string[] = []): Promise<Catalogue> => loadCatalogueFiles(extra);
