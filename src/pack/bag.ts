import { WitnessmarkError } from '../model/error.ts';
import { dayOf } from '../model/primitives.ts';
import type { Report } from '../model/report.ts';

/** The text of `bagit.txt` (RFC 8493, 2.1.1). */
export const BAGIT_TXT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** Paths from 150 characters on break unpacking on Windows below an ordinary folder. */
const MAX_PATH = 149;
const SAFE_PATH = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

/** Whether a path needs no escaping in a manifest, a shell or a file system, and is short enough. */
export function isPackPath(path: string): boolean {
  return path.length <= MAX_PATH && SAFE_PATH.test(path);
}

/**
 * @throws WitnessmarkError `pack-path` when a path could not stand in a pack.
 */
export function checkPackPath(path: string): void {
  if (isPackPath(path)) return;
  throw new WitnessmarkError(
    'pack-path',
    `path in the pack: expected letters, digits and ._-/ and at most ${MAX_PATH} characters, found ${JSON.stringify(path)}`,
  );
}

/** Paths in byte order: they are ASCII, so the order of JavaScript strings is the same. */
export function sortedPaths(paths: Iterable<string>): string[] {
  return [...paths].sort();
}

/** A manifest that `sha256sum -c` reads: one line per file, sorted by path. */
export function manifestText(digests: ReadonlyMap<string, { readonly sha256: string }>): string {
  return sortedPaths(digests.keys())
    .map((path) => `${digests.get(path)?.sha256}  ${path}\n`)
    .join('');
}

/**
 * The text of `bag-info.txt` (RFC 8493, 2.2.2), from the report and the payload alone. Its date is the
 * day as of which the report speaks: a build time would differ on every build.
 */
export function bagInfoText(
  report: Pick<Report, 'id' | 'title' | 'software' | 'asOf'>,
  payload: Iterable<{ readonly size: number }>,
): string {
  const { octets, files } = payloadOxum(payload);
  const fields: [label: string, value: string][] = [
    ['Bag-Size', humanSize(octets)],
    ['Bag-Software-Agent', report.software],
    ['Bagging-Date', dayOf(report.asOf)],
    ['External-Description', report.title],
    ['External-Identifier', report.id],
    ['Payload-Oxum', `${octets}.${files}`],
  ];
  return fields.map(([label, value]) => `${label}: ${oneLine(value)}\n`).join('');
}

/** Octets and files of a payload. */
export function payloadOxum(files: Iterable<{ readonly size: number }>): { octets: number; files: number } {
  let [octets, count] = [0, 0];
  for (const { size } of files) [octets, count] = [octets + size, count + 1];
  return { octets, files: count };
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');

function humanSize(octets: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(octets, 1)) / 3), units.length - 1);
  return `${(octets / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
