import { createHash } from 'node:crypto';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../model/error.ts';
import type { EvidenceItem, Report } from '../../model/report.ts';
import { FORMATS } from '../../report/formats.ts';
import { type AsideStart, claimTar } from './aside.ts';
import { type Digests, digestAll } from './digests.ts';
import { openPackFiles } from './open.ts';
import { scanTars, type TarScan } from './proofs.ts';
import { allBytes, type Read, readCheckpoint, readKeys } from './read.ts';
import type { PackFiles } from './source.ts';

/** What the thread is told, in this order; any number of `items`. */
export type AsideTask =
  | { readonly report: Report }
  | { readonly items: readonly EvidenceItem[] }
  | { readonly end: true };

/** What it answers: each once, but for as many tars as it has claimed. */
export type AsideAnswer =
  | { readonly tar: TarScan }
  | { readonly digests: Digests }
  | { readonly renderings: ReadonlyMap<string, string> }
  | { readonly failed: string };

if (parentPort) await run(parentPort, workerData as AsideStart);

async function run(port: MessagePort, start: AsideStart): Promise<void> {
  const evidence = growing<EvidenceItem>();
  const answer = (given: AsideAnswer): void => port.postMessage(given);
  const failed = (thrown: unknown): void => answer({ failed: messageOf(thrown) });
  port.on('message', (task: AsideTask) => {
    if ('items' in task) evidence.add(task.items);
    else if ('end' in task) evidence.end();
    else renderingsOf(task.report, evidence).then((renderings) => answer({ renderings }), failed);
  });
  try {
    const files = await openPackFiles(start.folder);
    for await (const tar of lastTars(files, start)) answer({ tar });
    answer({ digests: await digestAll(files) });
  } catch (thrown) {
    failed(thrown);
  }
}

/** Tars of proofs from the last on, for as long as there are any. Whatever is open is closed with the thread. */
async function* lastTars(files: PackFiles, start: AsideStart): AsyncGenerator<TarScan> {
  const read: Read = (path, limit) => allBytes(files, path, limit);
  // Without a checkpoint that holds, nothing is claimed: whoever asks has none either, and says so.
  const checkpoint = await readKeys(read)
    .then((keys) => readCheckpoint(read, keys))
    .catch(() => undefined);
  const inTurn = { tars: start.tars.toReversed(), claim: () => claimTar(start) };
  if (checkpoint !== undefined) yield* scanTars(read, checkpoint, inTurn);
}

/** All formats at once: each goes on as far as there is evidence. */
async function renderingsOf(report: Report, evidence: AsyncIterable<EvidenceItem>): Promise<Map<string, string>> {
  const renderings = new Map<string, string>();
  const render = async (name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    const digest = createHash('sha256');
    for await (const chunk of chunks) digest.update(chunk);
    renderings.set(name, digest.digest('hex'));
  };
  await Promise.all([...FORMATS.values()].map((it) => render(it.name, it.render(report, evidence))));
  return renderings;
}

interface Growing<T> extends AsyncIterable<T> {
  add(items: readonly T[]): void;
  end(): void;
}

/** A list that can be read, from its start and more than once, while it still grows. */
function growing<T>(): Growing<T> {
  const batches: (readonly T[])[] = [];
  let [ended, wake] = [false, () => {}];
  let grown = new Promise<void>((done) => (wake = done));
  const wakeAll = (): void => {
    wake();
    grown = new Promise<void>((done) => (wake = done));
  };
  return {
    add(items) {
      batches.push(items);
      wakeAll();
    },
    end() {
      ended = true;
      wakeAll();
    },
    async *[Symbol.asyncIterator]() {
      for (let at = 0; ; at += 1) {
        while (at === batches.length && !ended) await grown;
        const batch = batches[at];
        if (batch === undefined) return;
        yield* batch;
      }
    },
  };
}
