import { randomUUID } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { WitnessmarkError } from '../../model/error.ts';
import { diskError } from './disk-error.ts';
import { failedWith, syncFolder, writeNew } from './durable.ts';
import { PRIVATE_FOLDER } from './objects.ts';

/** Which time-stamping authority a store asks (RFC 3161). Its certificates are in `trust/tsa.pem`. */
const Timestamping = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .refine((it) => !it.includes('@'), 'must not hold a name and password'),
  policy: z
    .string()
    .regex(/^[0-2](\.\d{1,20}){1,20}$/)
    .optional(),
});
export type Timestamping = z.infer<typeof Timestamping>;

/** `store.json`: what makes a folder a store. */
export const StoreFile = z.strictObject({
  v: z.literal(1),
  origin: z.string().regex(/^[a-z0-9.-]+(\/[a-z0-9.-]+)*$/),
  organisation: z.string().min(1),
  /** Left out where nothing is to be stamped, which is the default. */
  timestamp: Timestamping.optional(),
});
export type StoreFile = z.infer<typeof StoreFile>;

/** @throws WitnessmarkError `usage-timestamp` for what is no address or no policy */
export function checkTimestamping(value: { url: string; policy?: string | undefined }): Timestamping {
  const parsed = Timestamping.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WitnessmarkError(
    'usage-timestamp',
    `time-stamping authority: ${issue?.path.join('.')}: ${issue?.message}`,
    {
      hint: 'give an address with http or https, and the policy as an object identifier such as 1.2.3.4',
    },
  );
}

/** @throws WitnessmarkError `store-invalid`, `disk-denied` */
export async function readStoreFile(folder: string): Promise<StoreFile> {
  try {
    return StoreFile.parse(JSON.parse(await readStoreText(folder, 'store.json')));
  } catch (cause) {
    if (cause instanceof WitnessmarkError) throw cause;
    throw new WitnessmarkError('store-invalid', `${join(folder, 'store.json')} is not a store file of this version`, {
      cause,
    });
  }
}

/** Writes `store.json` whole or not at all. */
export const writeStoreFile = (folder: string, file: StoreFile): Promise<void> =>
  replaceStoreText(folder, 'store.json', `${JSON.stringify(file, undefined, 2)}\n`);

/** A small file of a store; throws `store-invalid` or `disk-denied`. */
export const readStoreText = (folder: string, path: string): Promise<string> =>
  readFile(join(folder, path), 'utf8').catch((cause: unknown) => {
    if (failedWith(cause, 'EACCES', 'EPERM')) throw diskError(cause, join(folder, path));
    throw new WitnessmarkError('store-invalid', `${join(folder, path)} cannot be read`, {
      cause,
      hint: 'restore it from a backup of the store',
    });
  });

/** Writes a file of a store at once, in the place of any that is there. */
export async function replaceStoreText(folder: string, path: string, text: string): Promise<void> {
  const draft = join(folder, PRIVATE_FOLDER, randomUUID());
  await writeNew(draft, Buffer.from(text));
  await rename(draft, join(folder, path));
  await syncFolder(join(folder, path, '..'));
}
