import { fileURLToPath } from 'node:url';
import { catalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import type { Catalogue } from '../../src/catalog/catalogue.ts';
import { lintCatalogue } from '../../src/catalog/lint.ts';
import { loadCatalogue } from '../../src/catalog/load.ts';
import { formatProblem } from '../../src/catalog/problem.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';

const disk = catalogueFiles(fileURLToPath(new URL('../fixtures', import.meta.url)));
const facts = { 'AWS::S3::Bucket': ['versioning', 'lifecycle', 'policy'] };

/** How a test changes one file of the fixture: new text, or nothing for a file that is gone. */
export type Edits = Readonly<Record<string, ((text: string) => string) | string | undefined>>;

/** The fixture catalogue as it stands on disk, with edits over it. */
export async function load(edits: Edits = {}, extra: readonly string[] = []): Promise<Catalogue> {
  const paths = (await disk.listFiles('catalog')).filter((it) => !(it in edits && edits[it] === undefined));
  return loadCatalogue({
    root: 'catalog',
    facts,
    extra,
    digest: (value) => sha256Hex(canonicalize(value)),
    listFiles: async () => [...new Set([...paths, ...Object.keys(edits).filter((it) => edits[it] !== undefined)])],
    readText: async (path) => {
      const edit = edits[path];
      return typeof edit === 'string' ? edit : (edit ?? ((text) => text))(await disk.readText(path));
    },
  });
}

/** Every problem of the edited fixture, as it is printed. */
export async function lint(edits: Edits): Promise<string[]> {
  return lintCatalogue(await load(edits)).map(formatProblem);
}

/** Replaces text that must be there exactly once. */
export function replace(from: string, to: string): (text: string) => string {
  return (text) => {
    if (text.split(from).length !== 2) throw new Error(`the fixture does not have exactly one ${from}`);
    return text.replace(from, () => to);
  };
}
