import { brotliDecompressSync } from 'node:zlib';

/** In place of `brotli/decompress.js` in bundles: the same bytes from Node's own decoder. */
const decompress = (bytes: Uint8Array): Uint8Array => brotliDecompressSync(bytes);

// biome-ignore lint/style/noDefaultExport: what it stands in for is imported so.
export { decompress as default };
