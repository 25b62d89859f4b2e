import type { z } from 'zod';
import { WitnessmarkError } from '../model/error.ts';
import type { Route } from './route.ts';

/** Most bytes of a JSON body, and how deep it may go: nothing that is asked for is either long or deep. */
const [MAX_JSON, MAX_DEPTH] = [64 * 1024, 8];

/** Reads the body that a route wants. Throws `api-media-type`, `api-too-large` and `api-invalid`. */
export async function bodyOf(route: Route, request: Request): Promise<unknown> {
  const { body } = route;
  if (body === undefined) return undefined;
  const mediaType = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if ('mediaTypes' in body) {
    if (!body.mediaTypes.includes(mediaType)) throw wrongType(body.mediaTypes);
    return { mediaType, bytes: await bytesOf(request, body.most) };
  }
  if (mediaType !== 'application/json') throw wrongType(['application/json']);
  return parsed('the body', body, jsonOf(await bytesOf(request, MAX_JSON)));
}

/** Throws `api-invalid` with the first thing that is wrong, by its place and never by its value. */
export function parsed<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5).map((it) => `${it.path.join('.') || what}: ${it.message}`);
  throw invalid(`${what} is not as it must be: ${issues.join('; ').slice(0, 1000)}`);
}

/** Stops reading as soon as it is too much, whatever the length that was announced. Throws `api-too-large`. */
export async function bytesOf(request: Request, most: number): Promise<Buffer<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge(most);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > most) throw tooLarge(most);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function jsonOf(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('the body is no JSON in UTF-8');
  }
  checkPlain(value);
  return value;
}

/** What is stated is hashed, printed and shown: text that cannot be, or that would hide, is refused. */
function checkPlain(whole: unknown): void {
  const open: [value: unknown, depth: number][] = [[whole, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (depth > MAX_DEPTH) throw invalid(`the body is nested deeper than ${MAX_DEPTH} levels`);
    const texts = typeof value === 'string' ? [value] : Object.keys(partsOf(value));
    if (!texts.every(isPlain)) throw invalid('a text of the body has characters that are not plain text');
    for (const it of Object.values(partsOf(value))) open.push([it, depth + 1]);
  }
}

const partsOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** Whole characters, and no control characters but tab and line feed; none that turn the direction of what follows. */
const isPlain = (text: string): boolean =>
  text.isWellFormed() && !/[^\P{Cc}\t\n]|[\u202A-\u202E\u2066-\u2069]/u.test(text);

const invalid = (message: string): WitnessmarkError => new WitnessmarkError('api-invalid', message);

const tooLarge = (most: number): WitnessmarkError =>
  new WitnessmarkError('api-too-large', `the body has more than ${most} bytes`);

const wrongType = (types: readonly string[]): WitnessmarkError =>
  new WitnessmarkError('api-media-type', `expected a body of type ${types.join(', ')}`);
