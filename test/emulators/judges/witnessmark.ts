import { ROOT, witnessmark } from '../support/run.ts';
import { type Judge, oneByOne, verdictOf, versionOf } from './judge.ts';

/** Our own verifier, with the keys from elsewhere: it must refuse whatever anybody changed. */
export const ours: Judge = {
  name: 'witnessmark verify',
  short: 'witnessmark',
  version: () => versionOf(process.execPath, [`${ROOT}/bin/witnessmark.mjs`, '--version'], /(\d\S*)/),
  reads: () => true,
  cannotNotice: {},
  judge: oneByOne(async ({ folder, keys, root }) =>
    verdictOf(await witnessmark(['verify', folder, '--key', keys, '--root', root]), {
      words: ['✓ verified: nothing is wrong with this pack'],
    }),
  ),
};
