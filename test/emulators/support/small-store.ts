import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, type RunOptions, witnessmarkJson } from './run.ts';

/** A framework of one control, so that its pack is small. */
const FRAMEWORK = `framework: keys-only
title: Keys
version: '1'
publisher: Example Health
retention: 1y
control_sets:
  - id: K
    title: Keys
    controls:
      - id: K-1
        title: Keys are rotated and closed to the public
        responsibility: customer
        sources:
          - check: kms-key-rotation-enabled
            strength: direct
            why: Shows for every key whether it is rotated.
          - check: kms-key-policy-not-public
            strength: direct
            why: Shows for every key whether its policy is open to everyone.
`;

export interface SmallStore {
  readonly store: string;
  readonly pack: string;
  readonly framework: string;
}

/** The first runs of the demonstration's recording, as a recording of its own. */
export async function firstRuns(folder: string, count: number): Promise<string> {
  const from = join(ROOT, 'demo/recording');
  const recording = JSON.parse(await readFile(join(from, 'recording.json'), 'utf8')) as { runs: { file: string }[] };
  const runs = recording.runs.slice(0, count);
  await mkdir(join(folder, 'runs'), { recursive: true });
  for (const { file } of runs) await cp(join(from, file), join(folder, file));
  await writeFile(join(folder, 'recording.json'), JSON.stringify({ ...recording, runs }));
  return folder;
}

/**
 * The KMS keys of three recorded days, sealed, and two reports over them, so that the second proves the first. The
 * store is made in the folder where no other is named.
 */
export async function smallStore(
  folder: string,
  { store = join(folder, 'store'), env = {} }: { store?: string; env?: RunOptions['env'] } = {},
): Promise<SmallStore> {
  const [pack, framework] = [join(folder, 'pack'), join(folder, 'keys-only.yaml')];
  const told = { expected: [0, 3], env };
  await writeFile(framework, FRAMEWORK);
  const collect = async (runs: number) => {
    const from = await firstRuns(join(folder, `recording-${runs}`), runs);
    const scope = ['--service', 'kms', '--region', 'eu-west-1'];
    await witnessmarkJson(['collect', '--store', store, '--from', from, ...scope], told);
  };
  const report = (out: string) =>
    witnessmarkJson(['report', '--store', store, '--framework', framework, '--out', out], told);
  await collect(2);
  await report(join(folder, 'first'));
  await collect(3);
  await report(pack);
  return { store, pack, framework };
}

/** Every file below a folder by its path, in order of the paths. */
export async function filesBelow(folder: string): Promise<Map<string, Uint8Array>> {
  const items = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = items.filter((it) => it.isFile()).map((it) => join(it.parentPath, it.name).slice(folder.length + 1));
  const files = await Promise.all(paths.sort().map(async (it) => [it, await readFile(join(folder, it))] as const));
  return new Map(files);
}
