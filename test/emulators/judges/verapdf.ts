import { join } from 'node:path';
import { run, saidBy } from '../support/run.ts';
import { PDF } from './files.ts';
import { type Judge, only, type Pack, VERAPDF, type Verdict, versionOf } from './judge.ts';

const JAVA = ['-XX:+UseSerialGC', '-cp', `${VERAPDF}/*`, 'org.verapdf.apps.GreenfieldCliWrapper'];
const NO_SIGNATURES = 'the profile has no rule about who signed, or that anybody did';
const NOTHING_TO_SEE = 'it goes on where nothing of a page can be unpacked, and finds nothing wrong with nothing';
const STILL_GOOD = 'what it says now is written as well as what it said';

type Profile = Pick<Judge, 'cannotNotice' | 'frameworks'>;

/** Runs one profile over all files at once: starting it takes longer than most files do. */
function verapdf(profile: 'ua1' | '3a', standard: string, { cannotNotice, ...rest }: Profile): Judge {
  return {
    name: `veraPDF, ${standard}`,
    short: `veraPDF ${profile}`,
    version: () => versionOf('java', [...JAVA, '--version'], /veraPDF (\S+)/),
    reads: only(PDF),
    cannotNotice: {
      'pdf page byte flipped': NOTHING_TO_SEE,
      'pdf page rewritten': STILL_GOOD,
      'pdf signed by an impostor': NO_SIGNATURES,
      ...cannotNotice,
    },
    ...rest,
    judge: (packs) => judge(profile, packs),
  };
}

async function judge(profile: string, packs: readonly Pack[]): Promise<Verdict[]> {
  const files = packs.map(({ folder }) => join(folder, PDF));
  const ran = await run('java', [...JAVA, '--format', 'text', '--maxfailures', '1', '-f', profile, ...files]);
  const lines = saidBy(ran).split('\n');
  return files.map((file) => {
    const said = lines.filter((it) => it.includes(file)).join('\n') || saidBy(ran).slice(0, 2000);
    return { accepts: said === `PASS ${file} ${profile}`, said };
  });
}

export const verapdfUa1: Judge = verapdf('ua1', 'PDF/UA-1', {
  cannotNotice: { 'pdf appended to': 'it has no rule about bytes behind the end' },
});
export const verapdf3a: Judge = verapdf('3a', 'PDF/A-3a', {
  cannotNotice: { 'pdf without language': 'it has no rule that there be a language for the whole' },
  // Fonts, colours and metadata are those of the renderer, whatever it renders, and a hundred pages take some seconds.
  frameworks: ['soc2-2017'],
});
