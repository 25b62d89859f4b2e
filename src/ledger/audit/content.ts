import { messageOf } from '../../model/error.ts';
import { sha256Hex } from '../canonical.ts';
import { gzipLines, type LineBounds } from '../json-lines.ts';
import type { AuditedStore } from './store.ts';

/** Objects that are named by the SHA-256 of their stored bytes. */
export type ContentFolder = 'evidence' | 'retrievals';

const NAMES: Record<ContentFolder, RegExp> = {
  evidence: /^evidence\/([0-9a-f]{64})\.jsonl\.gz$/,
  retrievals: /^retrievals\/([0-9a-f]{64})\.jsonl\.gz$/,
};

/** Key of a content-addressed object. */
export function contentKey(folder: ContentFolder, name: string): string {
  return `${folder}/${name}.jsonl.gz`;
}

/**
 * Goes through the lines of a content-addressed object (`line` counts from 1). False, with a finding,
 * where it is missing, is not what its name says, or cannot be unpacked within bounds.
 */
export async function readContent(
  store: AuditedStore,
  folder: ContentFolder,
  name: string,
  options: { bounds: LineBounds; onLine: (bytes: Uint8Array, line: number) => void },
): Promise<boolean> {
  const key = contentKey(folder, name);
  const bytes = await store.read(key, `ledger-${folder}-object-missing`);
  if (bytes === undefined || !checkName(store, folder, key, bytes)) return false;
  try {
    let line = 0;
    for await (const content of gzipLines(bytes, options.bounds)) {
      line += 1;
      options.onLine(content, line);
    }
    return true;
  } catch (thrown) {
    store.report.error(`ledger-${folder}-object-malformed`, key, `${key} cannot be unpacked: ${messageOf(thrown)}`);
    return false;
  }
}

/** Warns of objects that no entry leads to; their bytes must be those of their name all the same. */
export async function auditUnreferenced(
  store: AuditedStore,
  folder: ContentFolder,
  referenced: ReadonlySet<string>,
): Promise<number> {
  const keys = await store.list(`${folder}/`);
  for (const key of keys) {
    const name = NAMES[folder].exec(key)?.[1];
    if (name === undefined) {
      store.report.error('ledger-object-unexpected', key, `${key} is no name of an object of ${folder}/`);
    } else if (!referenced.has(name)) {
      const bytes = await store.read(key, `ledger-${folder}-object-missing`);
      if (bytes !== undefined) checkName(store, folder, key, bytes);
      store.report.warning('ledger-object-unreferenced', key, `no entry leads to ${key}`);
    }
  }
  return keys.length;
}

function checkName(store: AuditedStore, folder: ContentFolder, key: string, bytes: Uint8Array): boolean {
  const found = sha256Hex(bytes);
  if (contentKey(folder, found) === key) return true;
  store.report.error(`ledger-${folder}-object-altered`, key, `${key} was altered: its bytes have SHA-256 ${found}`);
  return false;
}
