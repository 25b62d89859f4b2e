import { packOf } from '../../src/pack/verify/pack.ts';
import { memoryFiles, type PackFiles } from '../../src/pack/verify/source.ts';
import { STEPS, type Step } from '../../src/pack/verify/verify.ts';
import { builtPack, type Files, remanifested } from '../pack/pack.ts';
import type { FuzzKind, Verdict } from './kind.ts';
import { mutateJson } from './mutate-json.ts';

/** One in this many is verified in all steps, the others in those that read the spoiled file for itself. */
const ALL_STEPS = 25;

/** Packs in which one file is spoiled, half of them with manifests made again, verified in the steps that read it. */
export const pack: FuzzKind = {
  name: 'pack',
  start: async () => {
    const { files } = await builtPack();
    const readers = await readersOf(files);
    const paths = [...files.keys()];
    return {
      seeds: paths.map((path) => Buffer.concat([Buffer.from(`${path}\n`), files.get(path) ?? Buffer.alloc(0)])),
      mutate: (all, rng) => mutateJson(all, rng, '\n'.charCodeAt(0)),
      read: async (input, nth) => {
        const split = input.indexOf(10);
        const named = input.subarray(0, Math.max(0, split)).toString('utf8');
        const path = files.has(named) ? named : (paths[nth % paths.length] ?? '');
        const spoiled = new Map(files).set(path, input.subarray(split + 1));
        const steps = nth % ALL_STEPS === 0 ? STEPS : (readers.get(path) ?? STEPS);
        return await verdictOf(nth % 2 === 0 ? spoiled : remanifested(spoiled), steps);
      },
    };
  },
};

/** For each file the steps that ask for its bytes, apart from hashing it as they hash all. */
async function readersOf(files: Files): Promise<Map<string, Step[]>> {
  const readers = new Map<string, Step[]>([...files.keys()].map((path) => [path, []]));
  for (const step of STEPS) {
    const read = new Set<string>();
    const tracked = packOf(trackedFiles(files, read), {});
    await step.run({ ...tracked, digests: packOf(memoryFiles(files), {}).digests });
    for (const path of read) readers.get(path)?.push(step);
  }
  const hashing = STEPS.filter((it) => it.code === 'manifest');
  for (const steps of readers.values()) steps.push(...hashing);
  return readers;
}

function trackedFiles(files: Files, read: Set<string>): PackFiles {
  const source = memoryFiles(files);
  return {
    ...source,
    read: (path) => {
      read.add(path);
      return source.read(path);
    },
  };
}

/** What a step throws becomes a finding of it; a mistake in our own code must not pass as one. */
async function verdictOf(files: Files, steps: readonly Step[]): Promise<Verdict> {
  const opened = packOf(memoryFiles(files), {});
  let verdict: Verdict = 'accepted';
  for (const step of steps) {
    try {
      if ((await step.run(opened)).findings.length > 0) verdict = 'refused';
    } catch (thrown) {
      if (isOurs(thrown)) throw thrown;
      verdict = 'refused';
    }
  }
  return verdict;
}

function isOurs(thrown: unknown): boolean {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  if (!(cause instanceof TypeError || cause instanceof ReferenceError)) return false;
  const [, first = ''] = cause.stack?.split('\n') ?? [];
  return /\/src\//.test(first) && !first.includes('node_modules');
}
