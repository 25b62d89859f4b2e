import { messageOf } from '../../model/error.ts';
import { packOf } from '../verify/pack.ts';
import type { PackFiles } from '../verify/source.ts';
import type { VerifyResult } from '../verify/types.ts';
import { verifyOpened, verifySteps } from '../verify/verify.ts';
import { openZip } from '../verify/zip-source.ts';
import { blobBytes } from './blob-bytes.ts';
import type { News, Order } from './protocol.ts';
import { type Summary, summaryOf } from './summary.ts';

type Tell = (news: News) => void;

/** Takes the one order of the page, and tells it what comes of it. */
export function serve(): void {
  const tell: Tell = (news) => globalThis.postMessage(news);
  globalThis.onmessage = ({ data }: MessageEvent<Order>) => {
    verifyOrder(data, tell).catch((thrown) => tell({ kind: 'failed', message: messageOf(thrown) }));
  };
}

async function verifyOrder({ file, options }: Order, tell: Tell): Promise<void> {
  let summary: Summary | undefined;
  const verify = async (files: PackFiles): Promise<VerifyResult> => {
    const pack = packOf(counted(files, tell), options);
    const result = await verifySteps(pack, ({ code }, found) =>
      tell(found === undefined ? { kind: 'step', code } : { kind: 'step', code, result: found }),
    );
    summary = await summaryOf(pack);
    return result;
  };
  const result = await verifyOpened(file.name, () => openZip(blobBytes(file)), verify);
  tell(summary === undefined ? { kind: 'done', result } : { kind: 'done', result, summary });
}

/** How often, in milliseconds, the page is told how much was read. */
const INTERVAL = 200;

function counted(files: PackFiles, tell: Tell): PackFiles {
  let [bytes, told] = [0, 0];
  return {
    ...files,
    async *read(path) {
      for await (const piece of files.read(path)) {
        bytes += piece.length;
        if (performance.now() - told > INTERVAL) {
          tell({ kind: 'read', bytes });
          told = performance.now();
        }
        yield piece;
      }
    },
  };
}
