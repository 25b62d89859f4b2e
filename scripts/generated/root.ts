import { fileURLToPath } from 'node:url';

/** Folder of this checkout. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
