import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the part of V8's heap where new objects live as small as it is now: left alone it grows to some
 * 100 MiB on a large machine, and all of it is written to before the first of it is free again. Reading many
 * files then takes about a third less memory, and a few hundredths more processor time. For the whole process;
 * call it before anything large is loaded.
 */
export const keepHeapLean = (): void => setFlagsFromString('--semi-space-growth-factor=1');
