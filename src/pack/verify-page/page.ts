import { readFileSync } from 'node:fs';

/**
 * Bytes of `verify.html`, the page that verifies packs in a browser with the steps of this software.
 * `npm run generate` makes the file from what stands beside it and from `src/pack/verify`.
 */
export function verifyPage(): Uint8Array {
  return readFileSync(new URL('./verify.html', import.meta.url));
}
