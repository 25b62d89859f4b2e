import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Renderer, Renderings } from '../../app/renderings.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { FORMATS } from '../../report/formats.ts';
import { PDF, type RenderMessage, type RenderTask } from './render-thread.ts';

/** Below, a thread costs more than it saves; above, two heaps take more memory than there may be. */
const WORTH = { from: 20_000, to: 300_000 };

/**
 * Renders reports in a thread of its own, which reads the SQLite index at `path` itself. Only where a second processor
 * is there and the report is of a size that gains from it. An error there is thrown by the file that is being read.
 */
export function renderWorker(path: string, worth = WORTH): Renderer {
  return (report, { treeSize, entries }, view) => {
    if (availableParallelism() < 2 || entries.length < worth.from || entries.length > worth.to) return undefined;
    return startThread({ path, report, view, treeSize, entries: Float64Array.from(entries) });
  };
}

function startThread(workerData: RenderTask): Renderings {
  const thread = new Worker(new URL('./render-thread.ts', import.meta.url), {
    workerData,
    // It makes much and keeps little; both heaps together are what was promised.
    resourceLimits: { maxYoungGenerationSizeMb: 24 },
  });
  const messages = messagesOf(thread);
  const names = [...FORMATS.keys()].filter((name) => name !== 'report.json');
  return {
    formats: names.map((path) => ({ path, content: contentOf(path, messages) })),
    pdf: contentOf(PDF, messages),
    close: async () => {
      await thread.terminate();
    },
  };
}

interface Messages {
  next(): Promise<RenderMessage>;
}

/** Messages in order; each that is taken lets the thread go on with one more. */
function messagesOf(thread: Worker): Messages {
  const arrived: RenderMessage[] = [];
  let failure: unknown;
  let wake = (): void => {};
  const fail = (cause: unknown): void => {
    failure ??= cause;
    wake();
  };
  thread.on('message', (message: RenderMessage) => {
    arrived.push(message);
    wake();
  });
  thread.on('error', fail);
  thread.on('exit', (code) => {
    fail(new WitnessmarkError('report-thread-ended', `the thread that renders the report ended with code ${code}`));
  });
  return {
    async next() {
      while (arrived.length === 0 && failure === undefined) await new Promise<void>((done) => (wake = done));
      const message = arrived.shift();
      if (message === undefined) throw failure;
      thread.postMessage('next');
      return message;
    },
  };
}

async function* contentOf(name: string, messages: Messages): AsyncGenerator<Uint8Array> {
  for (;;) {
    const message = await messages.next();
    if ('failed' in message) throw new WitnessmarkError(message.failed.code, message.failed.message, message.failed);
    if (message.name !== name) throw new RangeError(`${name} is read while ${message.name} is rendered`);
    if (message.chunk === undefined) return;
    yield message.chunk;
  }
}
