import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { WitnessmarkError } from '../../model/error.ts';
import { PATHS } from '../paths.ts';
import type { Aside } from './aside.ts';
import type { AsideAnswer, AsideTask } from './aside-thread.ts';
import type { PackFiles } from './source.ts';

/** Bytes of bodies from which a thread gains time, and up to which what it holds is no burden. */
const WORTH = { from: 16 * 1024 * 1024, to: 256 * 1024 * 1024 };

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
  const thread = new Worker(new URL('./aside-thread.ts', import.meta.url), { workerData: { folder } });
  try {
    return await work(asideOf(thread));
  } finally {
    await thread.terminate();
  }
}

function asideOf(thread: Worker): Aside {
  const [digests, renderings] = [
    Promise.withResolvers<Awaited<ReturnType<Aside['digests']>>>(),
    Promise.withResolvers<Awaited<ReturnType<Aside['renderings']>>>(),
  ];
  const fail = (cause: unknown): void => {
    for (const it of [digests, renderings]) it.reject(cause);
  };
  // Whoever does not ask is not told.
  for (const { promise } of [digests, renderings]) promise.catch(() => {});
  thread.on('message', (answer: AsideAnswer) => {
    if ('digests' in answer) digests.resolve(answer.digests);
    else if ('renderings' in answer) renderings.resolve(answer.renderings);
    else fail(threadFailed(answer.failed));
  });
  thread.on('error', fail);
  thread.on('exit', () => fail(threadFailed('it ended')));
  const tell = (task: AsideTask): void => thread.postMessage(task);
  return {
    digests: () => digests.promise,
    begin: (report) => tell({ report }),
    take: (items) => tell({ items }),
    end: () => tell({ end: true }),
    renderings: () => renderings.promise,
  };
}

const threadFailed = (why: string): WitnessmarkError =>
  new WitnessmarkError('verify-thread-failed', `the thread that helps to verify has failed: ${why}`);
