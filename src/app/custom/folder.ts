import type { Problem } from '../../catalog/problem.ts';
import { canonicalize, sha256Hex } from '../../ledger/canonical.ts';
import type { Upload, Uploads } from '../../ports/uploads.ts';

/** Name of the folder, and what stands before each of its files in a message. */
export const FOLDER = 'custom';

/** What is read of a folder: files are for people to write, and these are many. */
export const LIMITS = { listed: 1000, files: 200, fileBytes: 256 * 1024, bytes: 2 * 1024 * 1024, path: 200 };

/** A name that every system writes alike, in a folder or none. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/;
/** C0, DEL and C1 but for tab and line ends, and what reorders text: a reviewer would read something else than we do. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/u;
const SHOWN_PATH = 120;

/** A file of the folder as it was read. */
export interface CustomFile {
  readonly path: string;
  readonly bytes: number;
  /** Of the object's version, for good where the bucket keeps versions. */
  readonly version: string;
  readonly sha256: string;
  readonly text: string;
}

/** What can be read of a folder, and what is wrong with the rest. */
export interface Folder {
  readonly files: readonly CustomFile[];
  readonly problems: readonly Problem[];
  /** Paths of files that are not YAML, as they are shown. */
  readonly ignored: readonly string[];
}

/** Names the state of a folder as one catalogue would judge it: the same state has the same name. */
export function fingerprintOf(listed: readonly Upload[], catalogue: string): string {
  const files = listed.map((it) => [it.path.toWellFormed(), it.bytes, it.version.toWellFormed()] as const);
  return sha256Hex(canonicalize([catalogue, files.toSorted(([a], [b]) => (a < b ? -1 : 1))]));
}

/**
 * Reads the files that were listed. What is too large, too many, badly named or no text is a problem and is not read,
 * or not further. Undefined where a file has changed since it was listed.
 */
export async function readFolder(uploads: Uploads, listed: readonly Upload[]): Promise<Folder | undefined> {
  const wanted = listed.filter((it) => /\.ya?ml$/i.test(it.path)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const isIgnored = (it: Upload): boolean => !wanted.includes(it) && !it.path.endsWith('/');
  const ignored = listed.filter(isIgnored).map((it) => shown(it.path));
  const problems = sizeProblems(listed, wanted);
  if (problems.length > 0) return { files: [], problems, ignored };
  const files: CustomFile[] = [];
  for (const upload of wanted) {
    const wrong = nameProblem(upload);
    if (wrong !== undefined) {
      problems.push(wrong);
      continue;
    }
    const read = await uploads.read(upload, LIMITS.fileBytes);
    if (read === undefined) return undefined;
    const { text, problem } = textOf(upload, read.bytes);
    if (problem !== undefined) problems.push(problem);
    else
      files.push({
        path: upload.path,
        bytes: read.bytes.length,
        version: read.id,
        sha256: sha256Hex(read.bytes),
        text,
      });
  }
  return { files, problems, ignored };
}

/** Of the folder as a whole: nothing of it is read then. */
function sizeProblems(listed: readonly Upload[], wanted: readonly Upload[]): Problem[] {
  const bytes = wanted.reduce((sum, it) => sum + it.bytes, 0);
  const tooMany = (what: string, most: number): Problem[] => [
    at(FOLDER, 'custom-too-large', `expected at most ${most} ${what} in this folder`),
  ];
  if (listed.length > LIMITS.listed) return tooMany('files', LIMITS.listed);
  if (wanted.length > LIMITS.files) return tooMany('YAML files', LIMITS.files);
  return bytes > LIMITS.bytes ? tooMany('bytes of YAML', LIMITS.bytes) : [];
}

function nameProblem({ path, bytes }: Upload): Problem | undefined {
  const file = `${FOLDER}/${shown(path)}`;
  if (path.length > LIMITS.path || !NAME.test(path) || path.startsWith('schema/'))
    return at(
      file,
      'custom-name',
      `expected a name of at most ${LIMITS.path} letters, digits, ".", "_" and "-", in one folder at most, and that not "schema"`,
    );
  if (bytes <= LIMITS.fileBytes) return undefined;
  return at(file, 'catalog-too-large', `expected a file of at most ${LIMITS.fileBytes} bytes, found ${bytes}`);
}

function textOf({ path }: Upload, bytes: Uint8Array): { text: string; problem?: Problem } {
  const file = `${FOLDER}/${path}`;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { text: '', problem: at(file, 'catalog-encoding', 'expected UTF-8 text') };
  }
  const found = UNSEEN.exec(text);
  if (found === null) return { text };
  const lines = text.slice(0, found.index).split('\n');
  const place = { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  const message = `${codePoint(found[0])} may not stand in a file: nobody sees it`;
  return { text: '', problem: { ...at(file, 'custom-character', message), ...place } };
}

const at = (file: string, code: string, message: string): Problem => ({
  file,
  line: 1,
  column: 1,
  severity: 'error',
  code,
  message,
});

/** A path as it can stand in a message: printable ASCII, and not for ever. */
function shown(path: string): string {
  const text = path.toWellFormed().replaceAll(/[^\x20-\x7e]/gu, codePoint);
  return text.length <= SHOWN_PATH ? text : `${text.slice(0, SHOWN_PATH)}...`;
}

const codePoint = (it: string): string => `U+${(it.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
