import { tokenIn } from './response.ts';
import { rootsOf } from './roots.ts';
import { verifyToken } from './verify.ts';

/**
 * A check of timestamps as a store keeps them, for its audit: throws with a code of `TimestampFault` where one
 * does not hold. `pem` holds the certificates that are trusted; without any there is nothing to check by.
 * What `pem` itself has wrong is thrown by each check.
 */
export function keptTimestampCheck(
  pem: string | undefined,
  what: string,
): ((response: Uint8Array, imprint: Uint8Array) => Promise<void>) | undefined {
  if (pem === undefined) return undefined;
  return async (response, imprint) => {
    await verifyToken(tokenIn(response), { imprint, roots: rootsOf(pem, what) });
  };
}
