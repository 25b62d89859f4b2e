import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import type { Json, JsonObject } from '../../model/json.ts';

/** Limits on one delivered log file. CloudTrail delivers at most a few MiB; other people deliver anything. */
export const TRAIL_FILE_LIMITS = { bytes: 256 * 1024 * 1024, inflatedBytes: 512 * 1024 * 1024, records: 2_000_000 };

/** One log file as delivered: gzip or plain JSON. */
export interface TrailFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Its size in bytes, where it was not read because that is over the limit. */
  readonly tooLarge?: number;
}

export interface TrailRecords {
  /** SHA-256 of the file as delivered, so that the file itself can be checked. */
  readonly sha256: string;
  readonly records: readonly Json[];
}

/** Digest files stand beside log files under the same prefix; they hold signatures, no records. */
export const isDigestFile = (name: string): boolean => /(^|[/_])CloudTrail-Digest[/_]/.test(name);

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * The records of a CloudTrail log file: `{"Records": […]}`, or a bare array of records as tools
 * export it. Throws `cloudtrail-malformed` saying what was found instead.
 * Source: AWS CloudTrail user guide, "CloudTrail log file examples".
 */
export function parseTrailFile({ name, bytes, tooLarge = bytes.byteLength }: TrailFile): TrailRecords {
  if (tooLarge > TRAIL_FILE_LIMITS.bytes) {
    throw malformed(name, `${tooLarge} bytes are more than the limit of ${TRAIL_FILE_LIMITS.bytes}`);
  }
  const parsed = parseJson(name, inflate(name, bytes));
  const records = Array.isArray(parsed) ? parsed : (parsed as JsonObject | null)?.Records;
  if (!Array.isArray(records)) throw malformed(name, 'expected an object with an array "Records", found none');
  if (records.length > TRAIL_FILE_LIMITS.records)
    throw malformed(name, `${records.length} records are more than the limit of ${TRAIL_FILE_LIMITS.records}`);
  return { sha256: sha256Of(bytes), records };
}

function inflate(name: string, bytes: Uint8Array): Uint8Array {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: TRAIL_FILE_LIMITS.inflatedBytes });
  } catch (cause) {
    throw malformed(name, `cannot be decompressed: ${messageOf(cause)}`, cause);
  }
}

function parseJson(name: string, bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch (cause) {
    throw malformed(name, `is not JSON: ${messageOf(cause)}`, cause);
  }
}

function malformed(name: string, problem: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError('cloudtrail-malformed', `${name}: ${problem}`, {
    hint: 'the file was put aside and is listed with the run; fetch it again from the trail bucket',
    cause,
  });
}
