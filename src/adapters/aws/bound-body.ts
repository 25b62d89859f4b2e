import { pipeline, Readable, Transform } from 'node:stream';
import { ANSWER_TOO_LARGE } from './classify.ts';
import type { SdkClient } from './client.ts';

/**
 * Lets a client read at most `bytes` of a response: a larger body ends with the error
 * `AnswerTooLarge` before it is parsed, so that no answer can exhaust memory. What is no answer is an
 * error too, although its status is 200: no body at all (`EmptyAnswer`), or an HTML page (`NotAnAnswer`).
 */
export function boundBodies(client: SdkClient, bytes: number): void {
  const middleware = (next: (args: object) => Promise<{ response: unknown }>) => async (args: object) => {
    const result = await next(args);
    const response = result.response as { body?: unknown; statusCode?: number };
    if (response.body instanceof Readable) response.body = limited(response.body, bytes, response.statusCode === 200);
    return result;
  };
  // The last step of `deserialize` stands next to the wire: it sees the response before it is parsed.
  const place = { step: 'deserialize', priority: 'low', name: 'witnessmarkBoundBody' };
  client.middlewareStack.add(middleware as never, place as never);
}

/** How a page for people begins. The SDK's parser of XML reads one without a complaint, as an answer without members. */
const PAGE = /^\s*<(?:!doctype\s+html|html)\b/i;

function limited(body: Readable, bytes: number, isAnswer: boolean): Readable {
  let read = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const isPage = isAnswer && read === 0 && PAGE.test(chunk.toString('latin1', 0, 200));
      read += chunk.length;
      if (isPage) return done(refused('NotAnAnswer', 'the response is an HTML page'));
      if (read <= bytes) return done(null, chunk);
      return done(named(ANSWER_TOO_LARGE, `the response is larger than ${bytes} bytes`));
    },
    // Every operation that is read has an answer with a body; without one the SDK gives an empty object.
    flush: (done) => done(isAnswer && read === 0 ? refused('EmptyAnswer', 'the response has no body') : null),
  });
  // pipeline destroys `limit` with the error of either; whoever reads it gets that error.
  return pipeline(body, limit, () => undefined);
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** As the SDK's own parser errors: with the status, by which it counts as unparsable. */
const refused = (name: string, message: string): Error =>
  Object.assign(named(name, message), { $response: { statusCode: 200 } });
