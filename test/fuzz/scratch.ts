import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A new folder, in memory where there is such a place: many kinds write a file for each input. */
export function scratchFolder(): string {
  return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'wm-fuzz-'));
}

/** A small file that unpacks to a large one, made when it is first asked for: that takes longer than 100 inputs. */
export function bombOf(bytes: () => Buffer): () => Buffer {
  let made: Buffer | undefined;
  return () => {
    made ??= gzipSync(bytes());
    return made;
  };
}
