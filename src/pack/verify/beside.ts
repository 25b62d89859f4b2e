import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { WitnessmarkError } from '../../model/error.ts';
import { PATHS } from '../paths.ts';
import { type Aside, type AsideStart, claimTar } from './aside.ts';
import type { AsideAnswer, AsideTask } from './aside-thread.ts';
import { type TarScan, tarsOf } from './proofs.ts';
import type { PackFiles } from './source.ts';

/** Bytes of bodies from which a thread gains time, and up to which what it holds is no burden. */
const WORTH = { from: 16 * 1024 * 1024, to: 256 * 1024 * 1024 };

/** Nearly all that the thread makes is gone at once; V8 would take more for it, with 100 MB and a twentieth of the time. */
const YOUNG = { maxYoungGenerationSizeMb: 48 };

/**
 * Works on a pack in a folder with a thread of its own beside, where a second processor is there and the pack is of a
 * size that gains from it. The thread ends with the work.
 */
export async function withAside<T>(
  folder: string,
  files: PackFiles,
  work: (aside: Aside | undefined) => Promise<T>,
  worth = WORTH,
): Promise<T> {
  const size = files.sizes.get(PATHS.bodies) ?? 0;
  if (availableParallelism() < 2 || size < worth.from || size > worth.to) return work(undefined);
  const start: AsideStart = { folder, tars: tarsOf(files), claimed: new Int32Array(new SharedArrayBuffer(4)) };
  const thread = new Worker(new URL('./aside-thread.ts', import.meta.url), {
    workerData: start,
    resourceLimits: YOUNG,
  });
  try {
    return await work(asideOf(thread, start));
  } finally {
    await thread.terminate();
  }
}

function asideOf(thread: Worker, start: AsideStart): Aside {
  const digests = Promise.withResolvers<Awaited<ReturnType<Aside['digests']>>>();
  const renderings = Promise.withResolvers<Awaited<ReturnType<Aside['renderings']>>>();
  const tars = new Map(start.tars.map((file) => [file, Promise.withResolvers<TarScan>()]));
  const wanted = [digests, renderings, ...tars.values()];
  const fail = (cause: unknown): void => {
    for (const it of wanted) it.reject(cause);
  };
  // Whoever does not ask is not told.
  for (const { promise } of wanted) promise.catch(() => {});
  thread.on('message', (answer: AsideAnswer) => {
    if ('tar' in answer) tars.get(answer.tar.file)?.resolve(answer.tar);
    else if ('digests' in answer) digests.resolve(answer.digests);
    else if ('renderings' in answer) renderings.resolve(answer.renderings);
    else fail(threadFailed(answer.failed));
  });
  thread.on('error', fail);
  thread.on('exit', () => fail(threadFailed('it ended')));
  const tell = (task: AsideTask): void => thread.postMessage(task);
  return {
    digests: () => digests.promise,
    claim: () => claimTar(start),
    tar: (file) => tars.get(file)?.promise ?? Promise.reject(threadFailed(`it was not told of ${file}`)),
    begin: (report) => tell({ report }),
    take: (items) => tell({ items }),
    end: () => tell({ end: true }),
    renderings: () => renderings.promise,
  };
}

const threadFailed = (why: string): WitnessmarkError =>
  new WitnessmarkError('verify-thread-failed', `the thread that helps to verify has failed: ${why}`);
