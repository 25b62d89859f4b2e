import { BAGIT_TXT, bagInfoText, isPackPath } from '../../bag.ts';
import { PATHS } from '../../paths.ts';
import { findingOf } from '../fault.ts';
import { manifestOf } from '../manifest.ts';
import type { Pack } from '../pack.ts';
import type { Finding, StepOutcome } from '../types.ts';

const REQUIRED = Object.values(PATHS);
const MAX_TAG_FILE = 64 * 1024;

/** The bag of RFC 8493: its declaration, its metadata, and no file that is missing or in no list. */
export async function bagLayout(pack: Pack): Promise<StepOutcome> {
  const findings: Finding[] = [];
  const paths = [...pack.files.sizes.keys()];
  for (const file of paths.filter((it) => !isPackPath(it)))
    findings.push({ file, message: 'is no name for a file of a pack' });
  for (const file of REQUIRED.filter((it) => !pack.files.sizes.has(it))) findings.push({ file, message: 'is missing' });
  findings.push(...(await attempt(PATHS.bagit, () => declaration(pack))));
  findings.push(...(await attempt(PATHS.bagInfo, () => metadata(pack))));
  findings.push(...(await attempt(PATHS.manifest, () => listed(pack, paths))));
  return { findings };
}

async function attempt(file: string, work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (thrown) {
    return [findingOf(thrown, file)];
  }
}

async function declaration(pack: Pack): Promise<Finding[]> {
  const text = await pack.text(PATHS.bagit, MAX_TAG_FILE);
  return text === BAGIT_TXT
    ? []
    : [{ file: PATHS.bagit, message: 'is not the declaration of a BagIt 1.0 bag in UTF-8' }];
}

/** All of it follows from the report and the payload, so all of it is compared: nothing signs this file. */
async function metadata(pack: Pack): Promise<Finding[]> {
  const file = PATHS.bagInfo;
  const text = await pack.text(file, MAX_TAG_FILE);
  const payload = [...pack.files.sizes].filter(([path]) => path.startsWith('data/')).map(([, size]) => ({ size }));
  const expected = bagInfoText(await pack.report(), payload);
  if (text === expected) return [];
  const lines = text.split('\n');
  const missing = expected.split('\n').filter((line) => !lines.includes(line));
  return missing.length === 0
    ? [{ file, message: 'holds more than a pack writes, or in another order' }]
    : missing.map((line) => ({ file, message: `expected the line ${JSON.stringify(line)}` }));
}

async function listed(pack: Pack, paths: readonly string[]): Promise<Finding[]> {
  const payload = await manifestOf(pack, PATHS.manifest);
  const tags = await manifestOf(pack, PATHS.tagManifest);
  return [
    ...missing(PATHS.manifest, payload, pack),
    ...missing(PATHS.tagManifest, tags, pack),
    ...paths.flatMap((file) => unlisted(file, payload, tags)),
  ];
}

function missing(manifest: string, listed: ReadonlyMap<string, string>, pack: Pack): Finding[] {
  return [...listed.keys()]
    .filter((file) => !pack.files.sizes.has(file))
    .map((file) => ({ file, message: `is listed in ${manifest} and missing` }));
}

function unlisted(file: string, payload: ReadonlyMap<string, string>, tags: ReadonlyMap<string, string>): Finding[] {
  const [manifest, list] = file.startsWith('data/') ? [PATHS.manifest, payload] : [PATHS.tagManifest, tags];
  // The list of tag files cannot hold its own hash.
  if (file === PATHS.tagManifest || list.has(file)) return [];
  return [{ file, message: `is not listed in ${manifest}` }];
}
