import type { Json, JsonObject } from '../../src/model/json.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';

interface PageKeys {
  readonly out: string;
  readonly in: string;
  /** Flag that says that there is more. */
  readonly more?: string;
}

/** How the operations of a service page; those that have a single page get a token that nobody announced. */
const KEYS: Readonly<Record<string, PageKeys>> = {
  iam: { out: 'Marker', in: 'Marker', more: 'IsTruncated' },
  kms: { out: 'NextMarker', in: 'Marker', more: 'Truncated' },
  s3: { out: 'ContinuationToken', in: 'ContinuationToken' },
};
const USUAL: PageKeys = { out: 'NextToken', in: 'NextToken' };

const LISTS = /^(List|Describe|GetComplianceDetails)/;

/** A recorded page of a list. */
export interface Page {
  readonly answer: JsonObject;
  /** Key of the array. */
  readonly at: string;
  readonly items: readonly Json[];
  readonly keys: PageKeys;
  readonly token: string;
}

/** The call's answer as a page; undefined where the operation gives no list. */
export function pageOf({ service, operation, answer }: Retrieval): Page | undefined {
  if (answer === undefined || !LISTS.test(operation)) return undefined;
  const found = Object.entries(answer as JsonObject).find((it): it is [string, Json[]] => Array.isArray(it[1]));
  if (found === undefined) return undefined;
  const [at, items] = found;
  return { answer: answer as JsonObject, at, items, keys: KEYS[service] ?? USUAL, token: 'token-of-the-matrix' };
}

/** The page with these items, saying that there is more. */
export function withToken({ answer, at, keys, token }: Page, items: readonly Json[]): JsonObject {
  const more = keys.more === undefined ? {} : { [keys.more]: true };
  return { ...answer, [at]: [...items], ...more, [keys.out]: token };
}
