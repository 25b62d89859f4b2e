import { gzipSync } from 'node:zlib';
import type { TrailObjects } from '../../../src/collect/cloudtrail/trail-listing.ts';
import { RetrievalFailure } from '../../../src/collect/failure.ts';
import type { FailureKind } from '../../../src/model/retrieval.ts';

/** Asked before each step; what it throws is what the bucket answers. */
export type TrailFault = (operation: 's3:ListObjectsV2' | 's3:GetObject', key: string) => void;

/** A trail's bucket in memory, with a count of its reads. */
export interface MemoryTrail extends TrailObjects {
  readonly files: Map<string, Uint8Array>;
  readonly reads: string[];
}

export function memoryTrail(files: Map<string, Uint8Array> = new Map(), fault: TrailFault = () => {}): MemoryTrail {
  const reads: string[] = [];
  const keysAt = (prefix: string): string[] => [...files.keys()].filter((key) => key.startsWith(prefix)).sort();
  return {
    files,
    reads,
    address: 's3://trail',
    async folders(prefix) {
      fault('s3:ListObjectsV2', prefix);
      const rest = keysAt(prefix).map((key) => key.slice(prefix.length));
      return [...new Set(rest.filter((key) => key.includes('/')).map((key) => key.slice(0, key.indexOf('/'))))];
    },
    async *objects(prefix, after) {
      fault('s3:ListObjectsV2', prefix);
      for (const key of keysAt(prefix)) if (key > after) yield { key, bytes: files.get(key)?.byteLength ?? 0 };
    },
    async read(key) {
      reads.push(key);
      fault('s3:GetObject', key);
      const bytes = files.get(key);
      if (bytes === undefined) throw refusal('s3:GetObject', 'rejected', 'NoSuchKey');
      return bytes;
    },
  };
}

export const refusal = (operation: string, kind: FailureKind, name: string): RetrievalFailure =>
  new RetrievalFailure({ operation, kind, name, message: 'as the test wants it', status: 403, requestId: 'r1' });

/** Key of a file that was delivered at a time, `2026-10-01T08:05`. */
export function deliveredKey(account: string, region: string, time: string, unique: string, root = 'AWSLogs/'): string {
  const stamp = `${time.replaceAll(/[-:]/g, '')}Z`;
  const folder = `${root}${account}/CloudTrail/${region}/${time.slice(0, 10).replaceAll('-', '/')}/`;
  return `${folder}${account}_CloudTrail_${region}_${stamp}_${unique}.json.gz`;
}

export const delivered = (records: readonly object[]): Uint8Array => gzipSync(JSON.stringify({ Records: records }));
