import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendBulk } from '../ledger/bulk.ts';
import { testLedger } from '../ledger/helpers.ts';
import type { Verdict } from './judges/judge.ts';
import { markdown } from './judges/table.ts';
import { ALTERATIONS } from './ledger-judges/alterations.ts';
import { LOG_JUDGES, type LogJudge } from './ledger-judges/judges.ts';
import { run, scratch, TOOLS } from './support/run.ts';

/** Past 65,536, so that the tree has three levels of tiles, each with a partial one or a full one. */
const ENTRIES = 65_540;
const AS_MADE = 'as made';

let folder: string;
const told = new Map<LogJudge, Map<string, Verdict>>();
const versions = new Map<LogJudge, string>();

beforeAll(async () => {
  expect(existsSync(TOOLS.fsck), 'scripts/emulators.sh brings fsck').toBe(true);
  folder = await scratch('ledger-judges');
  const good = join(folder, 'good');
  await writeLog(good);
  const logs = new Map([[AS_MADE, good]]);
  for (const { name, apply } of ALTERATIONS) {
    const copy = join(folder, name.replaceAll(' ', '-'));
    expect(await run('cp', ['-al', good, copy])).toMatchObject({ code: 0 });
    await apply(copy);
    logs.set(name, copy);
  }
  for (const judge of LOG_JUDGES) {
    versions.set(judge, await judge.version());
    const verdicts = new Map<string, Verdict>();
    for (const [name, log] of logs) verdicts.set(name, await judge.judge(log, folder));
    told.set(judge, verdicts);
  }
}, 300_000);

async function writeLog(to: string): Promise<void> {
  const { objects, ...signing } = testLedger();
  await appendBulk({ objects, ...signing }, ENTRIES);
  for (const [key, bytes] of objects.files) {
    await mkdir(dirname(join(to, key)), { recursive: true });
    await writeFile(join(to, key), bytes);
  }
}

afterAll(async () => {
  const names = [AS_MADE, ...ALTERATIONS.map((it) => it.name)];
  const cell = (judge: LogJudge, name: string) => (told.get(judge)?.get(name)?.accepts ? 'accepts' : 'refuses');
  const tables = [
    [['Judge', 'Column', 'Version'], ...LOG_JUDGES.map((it) => [it.name, it.short, versions.get(it) ?? ''])],
    [
      ['', ...LOG_JUDGES.map((it) => it.short)],
      ...names.map((name) => [
        name,
        ...LOG_JUDGES.map((it) => (name in it.cannotNotice ? 'cannot notice' : cell(it, name))),
      ]),
    ],
    [
      ['Judge', 'Cannot notice', 'Because'],
      ...LOG_JUDGES.flatMap((it) => Object.entries(it.cannotNotice).map(([name, why]) => [it.short, name, why])),
    ],
  ];
  console.log(`\nWhat tools of others say of a log of ${ENTRIES} entries\n\n${tables.map(markdown).join('\n\n')}\n`);
  await rm(folder, { recursive: true, force: true });
});

describe.each(LOG_JUDGES)('$name', (judge) => {
  it('accepts the log as it was made', () => {
    const verdict = told.get(judge)?.get(AS_MADE);
    expect(verdict?.accepts, verdict?.said).toBe(true);
    expect(verdict?.said).toContain(judge.short === 'openssl' ? 'Verified' : String(ENTRIES));
  });

  it.each(ALTERATIONS)('refuses it, or cannot notice and says why: $name', ({ name }) => {
    const verdict = told.get(judge)?.get(name);
    const expected = judge.cannotNotice[name] === undefined ? 'refuses' : 'accepts';
    expect(verdict?.accepts ? 'accepts' : 'refuses', verdict?.said).toBe(expected);
  });
});
