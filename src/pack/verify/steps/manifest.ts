import { PATHS } from '../../paths.ts';
import { findingOf } from '../fault.ts';
import { manifestOf } from '../manifest.ts';
import type { Pack } from '../pack.ts';
import type { Finding, StepOutcome } from '../types.ts';

/** Every listed file has the SHA-256 that its manifest gives. */
export async function manifests(pack: Pack): Promise<StepOutcome> {
  return { findings: [...(await compare(pack, PATHS.manifest)), ...(await compare(pack, PATHS.tagManifest))] };
}

async function compare(pack: Pack, manifest: string): Promise<Finding[]> {
  try {
    const [listed, digests] = [await manifestOf(pack, manifest), await pack.digests()];
    return [...listed].flatMap(([file, expected]) => {
      const found = digests.get(file);
      if (found === undefined || found === expected) return [];
      return typeof found === 'string' ? [{ file, message: `has another SHA-256 than ${manifest} says` }] : [found];
    });
  } catch (thrown) {
    return [findingOf(thrown, manifest)];
  }
}
