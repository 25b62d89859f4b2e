import { z } from 'zod';
import { messageOf } from '../../../model/error.ts';
import type { Json, JsonObject } from '../../../model/json.ts';

/**
 * Longest policy text that is read, in characters. The largest policy of the services read here is a
 * KMS key policy of 32 KiB (https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html);
 * URL encoding makes a text up to three times as long.
 */
const MAX_TEXT = 131_072;

/** A policy nests six levels deep at most; anything far beyond that is not a policy. */
const MAX_DEPTH = 32;

const Policy = z.custom<JsonObject>(isPolicy, 'expected a JSON object with a Statement');

/** A policy document as JSON text (S3, KMS); anything that is not a JSON object with a Statement is refused. */
export const PolicyText: z.ZodType<JsonObject> = z.string().max(MAX_TEXT).transform(parsed).pipe(Policy);

/**
 * A policy document as URL-encoded JSON text, as IAM returns all of its documents (RFC 3986;
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html).
 */
export const EncodedPolicyText: z.ZodType<JsonObject> = z
  .string()
  .max(MAX_TEXT)
  .transform((text, issues) => guarded(() => decodeURIComponent(text), issues))
  .transform(parsed)
  .pipe(Policy);

function parsed(text: string, issues: z.RefinementCtx): Json {
  if (depthOf(text) > MAX_DEPTH) {
    issues.addIssue({ code: 'custom', message: `expected a policy nested at most ${MAX_DEPTH} levels deep` });
    return z.NEVER;
  }
  return guarded(() => JSON.parse(text) as Json, issues);
}

function guarded<T>(read: () => T, issues: z.RefinementCtx): T {
  try {
    return read();
  } catch (thrown) {
    issues.addIssue({ code: 'custom', message: `expected a policy document: ${messageOf(thrown)}` });
    return z.NEVER;
  }
}

/** How deep brackets outside of strings nest: counted before parsing, so that no recursion meets hostile depth. */
function depthOf(text: string): number {
  const brackets = text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '');
  let depth = 0;
  let deepest = 0;
  for (const sign of brackets) {
    if (sign === '{' || sign === '[') deepest = Math.max(deepest, ++depth);
    else if (sign === '}' || sign === ']') depth--;
  }
  return deepest;
}

function isPolicy(policy: unknown): boolean {
  const statement = policy !== null && typeof policy === 'object' && 'Statement' in policy ? policy.Statement : null;
  return typeof statement === 'object' && statement !== null;
}
