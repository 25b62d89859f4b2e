import { join } from 'node:path';
import { run } from '../support/run.ts';
import { type Judge, oneByOne, verdictOf, versionOf } from './judge.ts';

/** Why whoever changes a file and writes the lists again is not noticed by those who compare with the lists. */
export const LISTS_ONLY = 'anybody can write the lists of hashes again';

const ARGS = ['--check', '--strict', 'manifest-sha256.txt', 'tagmanifest-sha256.txt'];

/** Both manifests, as a reader without any special tool verifies them. */
export const sha256sum: Judge = {
  name: 'sha256sum --check, both manifests',
  short: 'sha256sum',
  version: () => versionOf('sha256sum', ['--version'], /\) (\S+)/),
  reads: () => true,
  cannotNotice: {
    'file added': 'it looks at what is listed alone',
    'file added beside data': 'it looks at what is listed alone',
    'csv changed, lists rewritten': LISTS_ONLY,
  },
  judge: oneByOne(async ({ folder }) => {
    const ran = await run('sha256sum', ARGS, { cwd: join(folder) });
    return verdictOf(ran, { words: ['data/report.json: OK', 'README.txt: OK', /^(?![\s\S]*FAILED)/] });
  }),
};
