import { z } from 'zod';
import { messageOf } from '../model/error.ts';
import type { TextFile } from './catalogue.ts';
import type { Problem } from './problem.ts';

const Ids = z.array(z.string().min(1)).min(1).max(5000);
const OfficialList = z.strictObject({ catalogue: z.string().min(1), ids: Ids });
const Identifiers = z.strictObject({ identifiers: Ids });

/** The official ids of each catalogue, from `official/<catalogue>.json`. */
export function readOfficial(files: readonly TextFile[]): {
  readonly official: ReadonlyMap<string, ReadonlySet<string>>;
  readonly problems: readonly Problem[];
} {
  const read = files.map((file) => readJson(file, OfficialList));
  const lists = read.flatMap((it) => (it.value === undefined ? [] : [it.value]));
  return {
    official: new Map(lists.map((it) => [it.catalogue, new Set(it.ids)])),
    problems: read.flatMap((it) => it.problems),
  };
}

/** The names that AWS gives its rules or controls, from `official/config-rules.json` and its like. */
export function readIdentifiers(files: readonly TextFile[]): {
  readonly identifiers: ReadonlySet<string>;
  readonly problems: readonly Problem[];
} {
  const read = files.map((file) => readJson(file, Identifiers));
  return {
    identifiers: new Set(read.flatMap((it) => it.value?.identifiers ?? [])),
    problems: read.flatMap((it) => it.problems),
  };
}

function readJson<T>({ path, text }: TextFile, schema: z.ZodType<T>): { value?: T; problems: Problem[] } {
  try {
    return { value: schema.parse(JSON.parse(text)), problems: [] };
  } catch (thrown) {
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : messageOf(thrown);
    const message = `not a list of ids: ${reason.split('\n')[0]}`;
    return {
      problems: [{ file: path, line: 1, column: 1, severity: 'error', code: 'catalog-official', message }],
    };
  }
}
