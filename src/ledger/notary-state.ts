import { z } from 'zod';
import { WitnessmarkError } from '../model/error.ts';
import type { Objects, StoredObject } from '../ports/objects.ts';
import { canonicalize } from './canonical.ts';
import type { NotaryRecord, NotaryState } from './notary.ts';
import { utf8 } from './text.ts';

const Stored = z.strictObject({
  v: z.literal(1),
  size: z.int().min(0),
  root: z.base64().length(44),
  signed: z.array(z.int().min(0)),
});

/** 16 MiB: far more sizes than a log signed every minute has in a lifetime of records. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The notary's memory as one replaceable object. The store must not be the log's own: whoever can
 * restore the log from an old copy must not restore the notary with it.
 * `read` throws `notary-state-invalid` where the object cannot be understood; never an empty memory.
 */
export function notaryStateIn(objects: Objects, key: string): NotaryState {
  return {
    async read() {
      const stored = await objects.get(key);
      return stored === undefined ? undefined : parse(key, stored);
    },
    async swap(previous, next) {
      const stored = await objects.get(key);
      const current = stored === undefined ? undefined : parse(key, stored);
      if (!same(current, previous)) return false;
      const outcome = await objects.replace(key, Buffer.from(write(next)), stored?.version);
      return outcome === 'replaced';
    },
  };
}

function parse(key: string, stored: StoredObject): NotaryRecord {
  const text = stored.bytes.length > MAX_BYTES ? undefined : utf8(stored.bytes);
  try {
    const { size, root, signed } = Stored.parse(JSON.parse(text ?? ''));
    return { size, root, signed };
  } catch (cause) {
    const hint = 'restore it from a backup of the notary; never delete it';
    throw new WitnessmarkError('notary-state-invalid', `the notary's state ${key} cannot be read`, { cause, hint });
  }
}

function same(a: NotaryRecord | undefined, b: NotaryRecord | undefined): boolean {
  return a === undefined || b === undefined ? a === b : write(a) === write(b);
}

function write({ size, root, signed }: NotaryRecord): string {
  return `${canonicalize({ v: 1, size, root, signed })}\n`;
}
