import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { evidenceAmong } from '../../app/evidence-among.ts';
import { type PdfView, renderings } from '../../app/renderings.ts';
import { WitnessmarkError } from '../../model/error.ts';
import type { Report } from '../../model/report.ts';
import type { Content } from '../../pack/sink.ts';
import type { EvidenceIndex } from '../../ports/evidence-index.ts';
import { sqliteIndex } from './sqlite-index.ts';

/** What the thread is given: the index's file, and which of its evidence the report rests on. */
export interface RenderTask {
  readonly path: string;
  readonly report: Report;
  readonly view: PdfView;
  readonly treeSize: number;
  readonly entries: Float64Array;
}

/** Stands for the PDF among the names of formats. */
export const PDF = 'report.pdf';

/** A piece of the file `name`; without a chunk, its end. */
export type RenderMessage =
  | { readonly name: string; readonly chunk?: Uint8Array }
  | { readonly failed: { readonly code: string; readonly message: string; readonly hint?: string } };

/** Pieces that are under way at most: rendering goes on while the other thread writes. */
const AHEAD = 16;

if (parentPort) await run(parentPort, workerData as RenderTask);

async function run(port: MessagePort, { path, report, view, ...among }: RenderTask): Promise<void> {
  const send = sender(port);
  let index: EvidenceIndex | undefined;
  try {
    index = sqliteIndex(path);
    const { formats, pdf } = renderings(report, evidenceAmong(index, among), view);
    for (const { path: name, content } of [...formats, { path: PDF, content: pdf }]) {
      for await (const chunk of chunksOf(content)) await send({ name, chunk });
      await send({ name });
    }
  } catch (thrown) {
    // Other errors end the thread, which says so itself.
    if (!(thrown instanceof WitnessmarkError)) throw thrown;
    const { code, message, hint } = thrown;
    await send({ failed: { code, message, ...(hint === undefined ? {} : { hint }) } });
  } finally {
    await index?.close();
    // Nothing keeps the thread then; what was posted is delivered all the same.
    port.close();
  }
}

async function* chunksOf(content: Content): AsyncIterable<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* content;
}

/** Sends messages, and waits while too many were not taken yet. */
function sender(port: MessagePort): (message: RenderMessage) => Promise<void> {
  let free = AHEAD;
  let wake = (): void => {};
  port.on('message', () => {
    free += 1;
    wake();
  });
  return async (message) => {
    while (free === 0) await new Promise<void>((done) => (wake = done));
    free -= 1;
    port.postMessage(message);
  };
}
