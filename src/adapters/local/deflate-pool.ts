import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Counts } from '../../pack/zip.ts';
import type { DeflateAnswer, DeflateJob } from './deflate-worker.ts';

/** Threads that deflate files while this one goes on. */
export interface DeflatePool {
  /** Deflates a file into another; the counts of a zip are what it gives. */
  deflate(from: string, to: string): Promise<Counts>;
  close(): Promise<void>;
}

const MAX_THREADS = 4;

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<Counts>>;
}

/** Starts its threads when they are first needed. */
export function deflatePool(): DeflatePool {
  const most = Math.max(1, Math.min(MAX_THREADS, availableParallelism() - 1));
  const threads: Thread[] = [];
  let jobs = 0;
  return {
    deflate(from, to) {
      const idle = threads.find((it) => it.waiting.size === 0);
      if (!idle && threads.length < most) threads.push(startThread());
      const thread = idle ?? threads.toSorted((a, b) => a.waiting.size - b.waiting.size)[0] ?? startThread();
      const job: DeflateJob = { id: jobs++, from, to };
      const answer = Promise.withResolvers<Counts>();
      thread.waiting.set(job.id, answer);
      thread.worker.postMessage(job);
      return answer.promise;
    },
    close: async () => {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread(): Thread {
  const worker = new Worker(new URL('./deflate-worker.ts', import.meta.url));
  const waiting: Thread['waiting'] = new Map();
  worker.on('message', (answer: DeflateAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('counts' in answer) asked?.resolve(answer.counts);
    else asked?.reject(answer.error);
  });
  worker.on('error', (error) => {
    for (const asked of waiting.values()) asked.reject(error);
    waiting.clear();
  });
  return { worker, waiting };
}
