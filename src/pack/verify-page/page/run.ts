import type { News, Order } from '../protocol.ts';

/** A verification under way. */
export interface Running {
  stop(): void;
}

/**
 * Verifies in a worker of the page's own script: a page from a file may load no other, and this way it
 * stays alive meanwhile. `take` is told everything in order.
 */
export function run(order: Order, take: (news: News) => void): Running {
  const script = document.querySelector('script')?.textContent ?? '';
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const stop = (): void => {
    worker.terminate();
    URL.revokeObjectURL(url);
  };
  worker.onmessage = ({ data }: MessageEvent<News>) => {
    if (data.kind === 'done' || data.kind === 'failed') stop();
    take(data);
  };
  worker.onerror = ({ message }) => {
    stop();
    const why = message || 'this browser does not let the page start its worker';
    take({ kind: 'failed', message: `${why}. Use another browser, or \`witnessmark verify\`.` });
  };
  worker.postMessage(order);
  return { stop };
}
