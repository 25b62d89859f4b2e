import { MAX_NOTE_BYTES } from '../../ledger/note.ts';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import type { Witnesses } from '../../ports/witness.ts';

/** How long one witness may take, from the connection to the last byte. */
const PATIENCE_MS = 5_000;

/**
 * Witnesses over HTTP. A URL is a C2SP submission prefix: `add-checkpoint` goes behind it. `ask` throws
 * `witness-unreachable` where no whole answer came in time, and follows no redirect.
 */
export function httpWitnesses({ patienceMs = PATIENCE_MS }: { patienceMs?: number } = {}): Witnesses {
  return {
    async ask(url, body) {
      try {
        const answer = await fetch(endpoint(url), {
          method: 'POST',
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          body,
          redirect: 'error',
          signal: AbortSignal.timeout(patienceMs),
        });
        const type = answer.headers.get('content-type') ?? '';
        return { status: answer.status, type, body: await boundedText(answer) };
      } catch (thrown) {
        throw new WitnessmarkError('witness-unreachable', `no answer from ${url}: ${reasonOf(thrown)}`, {
          cause: thrown,
        });
      }
    },
  };
}

function endpoint(url: string): URL {
  const found = new URL('add-checkpoint', url.endsWith('/') ? url : `${url}/`);
  if (found.protocol === 'http:' || found.protocol === 'https:') return found;
  throw new TypeError(`expected http or https, got ${found.protocol}`);
}

/** What a peer sends may not fill the memory. */
async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > MAX_NOTE_BYTES) throw new RangeError(`its answer has more than ${MAX_NOTE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Error && cause.message !== '' ? cause.message : messageOf(thrown);
}
