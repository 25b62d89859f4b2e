import { isAscii, isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { messageOf } from '../../model/error.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Retrieval } from '../../model/retrieval.ts';
import { inflate, release } from './inflate.ts';
import { jsonBounds } from './json-bounds.ts';
import { keptOfList } from './json-list.ts';
import { malformed } from './malformed.ts';
import type { TrailPart } from './trail-item.ts';

/**
 * Limits on one delivered log file. CloudTrail delivers at most a few MiB; other people deliver anything.
 * `values` and `depth` bound the memory that parsing a text as a whole takes, which for `[[[[…` is a hundred times
 * the text.
 */
export const TRAIL_FILE_LIMITS = {
  bytes: 256 * 1024 * 1024,
  inflatedBytes: 256 * 1024 * 1024,
  records: 2_000_000,
  values: 12_000_000,
  depth: 1000,
};

/** One log file as delivered: gzip or plain JSON. */
export interface TrailFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Its size in bytes, where it was not read because that is over the limit. */
  readonly tooLarge?: number;
  /** Where in a trail its key says that it belongs; left out for a file that came otherwise. */
  readonly part?: TrailPart;
  /** Set where it is no file but the records of one recorded answer of the event history. */
  readonly answer?: Retrieval;
}

export interface TrailRecords<T> {
  /** What was kept of each record. */
  readonly records: readonly T[];
  /** Bytes of the text they were read from. */
  readonly inflatedBytes: number;
}

/** Texts up to this length cannot hurt, however they are nested: see `TRAIL_FILE_LIMITS`. */
const HARMLESS_BYTES = 4 * 1024 * 1024;
/** Longer texts are read in pieces of about this length, since parsed they take several times as much. */
const PIECE_BYTES = 512 * 1024;

/** SHA-256 of a file as delivered, so that the file itself can be checked. */
export const sha256Of = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

/**
 * Reads the records of a CloudTrail log file: `{"Records": […]}`, or a bare array of records as tools
 * export it. `keep` says what stays of a record (all of it where left out), so that a long file is never in memory
 * as a whole; it may be asked twice of the same record. Throws one of `FILE_REASONS` saying what was found instead. Of a key that stands
 * twice in an object the last one counts.
 * Source: AWS CloudTrail user guide, "CloudTrail log file examples".
 */
export function parseTrailFile(file: TrailFile): TrailRecords<Json>;
export function parseTrailFile<T>(file: TrailFile, keep: (record: Json) => T): TrailRecords<T>;
export function parseTrailFile(file: TrailFile, keep: (record: Json) => unknown = (it) => it): TrailRecords<unknown> {
  const { name, bytes, tooLarge = bytes.byteLength } = file;
  if (tooLarge > TRAIL_FILE_LIMITS.bytes)
    throw malformed(
      'cloudtrail-too-large',
      name,
      `${tooLarge} bytes are more than the limit of ${TRAIL_FILE_LIMITS.bytes}`,
    );
  if (tooLarge === 0) throw malformed('cloudtrail-empty', name, 'is empty');
  const text = inflate(name, bytes, TRAIL_FILE_LIMITS.inflatedBytes);
  const inflatedBytes = text.byteLength;
  try {
    return { records: keptRecords(name, text, keep), inflatedBytes };
  } finally {
    release(text, bytes);
  }
}

function keptRecords<T>(name: string, text: Uint8Array, keep: (record: Json) => T): readonly T[] {
  if (text.byteLength > TRAIL_FILE_LIMITS.inflatedBytes)
    throw malformed('cloudtrail-too-large', name, `more than ${TRAIL_FILE_LIMITS.inflatedBytes} bytes`);
  const buffer = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const records = inPieces(buffer, keep) ?? recordsOf(name, parseJson(name, buffer)).map((record) => keep(record));
  if (records.length > TRAIL_FILE_LIMITS.records)
    throw malformed(
      'cloudtrail-too-many-records',
      name,
      `${records.length} records are more than the limit of ${TRAIL_FILE_LIMITS.records}`,
    );
  return records;
}

/** Undefined where the text is to be read whole. */
function inPieces<T>(buffer: Buffer, keep: (record: Json) => T): T[] | undefined {
  if (buffer.byteLength <= HARMLESS_BYTES || !isUtf8(buffer)) return undefined;
  const { records } = TRAIL_FILE_LIMITS;
  return keptOfList(buffer, { keep, piece: PIECE_BYTES, longest: HARMLESS_BYTES, items: records });
}

function recordsOf(name: string, parsed: Json): readonly Json[] {
  if (Array.isArray(parsed)) return parsed;
  const object = typeof parsed === 'object' && parsed !== null ? (parsed as JsonObject) : {};
  if (Array.isArray(object.Records)) return object.Records;
  if (typeof object.digestStartTime === 'string')
    throw malformed('cloudtrail-digest', name, 'is a digest file, which holds signatures and no records');
  throw malformed('cloudtrail-no-records', name, 'expected an object with an array "Records", found none');
}

function parseJson(name: string, buffer: Buffer): Json {
  bound(name, buffer);
  const text = textOf(name, buffer);
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw malformed('cloudtrail-not-json', name, `is not JSON: ${messageOf(cause)}`, cause);
  }
}

function bound(name: string, bytes: Uint8Array): void {
  if (bytes.byteLength <= HARMLESS_BYTES) return;
  const { depth, values } = jsonBounds(bytes);
  if (depth > TRAIL_FILE_LIMITS.depth)
    throw malformed(
      'cloudtrail-too-deep',
      name,
      `${depth} levels of nesting are more than the limit of ${TRAIL_FILE_LIMITS.depth}`,
    );
  if (values > TRAIL_FILE_LIMITS.values)
    throw malformed(
      'cloudtrail-too-many-values',
      name,
      `${values} values are more than the limit of ${TRAIL_FILE_LIMITS.values}`,
    );
}

/** Node's own checks and conversions are several times as fast as a `TextDecoder` that is fatal. */
function textOf(name: string, buffer: Buffer): string {
  if (isAscii(buffer)) return buffer.toString('latin1');
  if (!isUtf8(buffer)) throw malformed('cloudtrail-not-utf8', name, 'is not JSON: its bytes are not UTF-8');
  const hasMark = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  return buffer.toString('utf8', hasMark ? 3 : 0);
}
