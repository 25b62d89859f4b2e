import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogueFiles } from '../src/adapters/local/catalogue-files.ts';
import type { JsonObject } from '../src/model/json.ts';
import { type Moto, startMoto } from '../test/emulators/support/moto.ts';
import { compare, type PeerVerdict, textOf } from '../test/peer/compare.ts';
import { judgeOn } from '../test/peer/judge.ts';
import {
  type Explanation,
  explanationOf,
  type Pair,
  type Result,
  readExplanations,
  readPairs,
} from '../test/peer/pairs.ts';
import { prepare } from '../test/peer/prepare.ts';
import { FOLDER, readScenarios, replay, type Scenario } from '../test/peer/scenarios.ts';

/**
 * A second opinion: accounts as another product's own tests set them up, made on an emulator, read by
 * our collectors and judged by our checks. Prints agreements and every disagreement with its reason;
 * exit code 1 where one has none. Words after the command name checks of ours: those alone are compared.
 */
/** Emulators side by side, each with a part of the scenarios. */
const SHARDS = 2;

if (existsSync(FOLDER)) await main(process.argv.slice(2));
else console.log(`no scenarios: ${FOLDER} is not there`);

interface Job {
  readonly scenario: Scenario;
  readonly pairs: readonly Pair[];
}

async function main(only: readonly string[]): Promise<void> {
  const started = performance.now();
  const pairs = readPairs().filter((it) => only.length === 0 || only.includes(it.ours));
  const scenarios = readScenarios(readFileSync(join(FOLDER, 'scenarios.jsonl.gz')));
  const jobs = scenarios
    .map((scenario) => ({ scenario, pairs: pairs.filter((it) => it.theirs.includes(scenario.check_id)) }))
    .filter((it) => it.pairs.length > 0);
  const { managed = [], plain = [] } = Object.groupBy(jobs, ({ scenario }) =>
    scenario.marks.includes('managed_policies') ? 'managed' : 'plain',
  );
  const shards = Array.from({ length: SHARDS }, (_, i) => plain.filter((_job, index) => index % SHARDS === i));
  const results = (
    await Promise.all([
      ...shards.map((it) => runOn(it, {})),
      runOn(managed, { MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' }),
    ])
  ).flat();
  const seconds = (performance.now() - started) / 1000;
  tell({ results, pairs, jobs, complete: only.length === 0, seconds });
}

async function runOn(jobs: readonly Job[], env: Readonly<Record<string, string>>): Promise<Result[]> {
  if (jobs.length === 0) return [];
  const moto: Moto = await startMoto(env);
  const judge = judgeOn(moto.endpoint, await loadCatalogueFiles());
  const results: Result[] = [];
  const byId = new Map(jobs.map((it) => [it.scenario.id, it]));
  try {
    await replay(
      { script: join(FOLDER, 'replay.py'), endpoint: moto.endpoint, ids: [...byId.keys()] },
      async ({ id, setup_problems: problems, expected }) => {
        const job = byId.get(id);
        if (job === undefined || problems.length > 0) throw new Error(`scenario ${id}: ${problems.join('; ')}`);
        const { scenario } = job;
        for (const pair of job.pairs) {
          const params = paramsOf(pair, scenario);
          const regions = regionsOf(scenario, expected);
          if (pair.prepare !== undefined) await prepare(moto.endpoint, pair.prepare, regions);
          const subjects = await judge({ check: pair.ours, params, regions });
          const about = expected.filter((it) => textOf(it.resource_arn).includes(pair.about));
          const found = compare(pair.level, about, subjects);
          const at = { check: pair.ours, peerCheck: scenario.check_id, scenario: id };
          results.push(...found.map((it) => ({ ...it, ...at })));
        }
      },
    );
  } finally {
    await moto.stop();
  }
  return results;
}

/** A trail is read in its own region only, which need not be the one that the peer was asked about. */
function regionsOf({ regions }: Scenario, expected: readonly PeerVerdict[]): string[] {
  const named = expected.flatMap(({ region }) => (typeof region === 'string' ? [region] : []));
  return [...new Set([...regions, ...named])].sort();
}

function paramsOf({ params, with: fixed }: Pair, { audit_config: config }: Scenario): JsonObject {
  const set = Object.entries(params).filter(([, theirs]) => config[theirs] !== undefined);
  return { ...fixed, ...Object.fromEntries(set.map(([ours, theirs]) => [ours, config[theirs]])) } as JsonObject;
}

interface Told {
  readonly results: readonly Result[];
  readonly pairs: readonly Pair[];
  readonly jobs: readonly Job[];
  readonly complete: boolean;
  readonly seconds: number;
}

function tell({ results, pairs, jobs, complete, seconds }: Told): void {
  const explanations = readExplanations();
  const used = new Set<Explanation>();
  let unexplained = 0;
  for (const result of results.filter((it) => !it.agrees)) {
    const explanation = explanationOf(result, explanations);
    if (explanation === undefined) unexplained += 1;
    else used.add(explanation);
    console.log(lineOf(result, explanation));
  }
  const stale = complete ? explanations.filter((it) => !used.has(it)) : [];
  for (const it of stale) console.log(`explains nothing any more: ${it.ours} ${it.theirs} ${it.they_say} ${it.we_say}`);
  const judged = new Set(results.map((it) => it.check));
  const agreed = results.filter((it) => it.agrees).length;
  console.table([
    ...pairs.map(({ ours }) => rowOf(ours, results)),
    { check: `${judged.size} checks`, compared: results.length, agreed, differ: results.length - agreed },
  ]);
  console.log(
    `${jobs.length} scenarios, ${results.length} verdicts compared for ${judged.size} checks of ours: ${agreed} agree, ` +
      `${results.length - agreed} differ, of which ${unexplained} without a reason; ${seconds.toFixed(0)} s`,
  );
  const silent = pairs.filter((it) => !judged.has(it.ours));
  if (silent.length > 0) console.log(`never compared: ${silent.map((it) => it.ours).join(', ')}`);
  if (unexplained > 0 || stale.length > 0) process.exitCode = 1;
}

function rowOf(check: string, results: readonly Result[]) {
  const own = results.filter((it) => it.check === check);
  const agreed = own.filter((it) => it.agrees).length;
  return { check, compared: own.length, agreed, differ: own.length - agreed };
}

function lineOf(it: Result, explanation: Explanation | undefined): string {
  const whose = explanation === undefined ? 'WITHOUT A REASON' : `${explanation.whose}: ${explanation.why}`;
  const said = `they ${it.theirs}, we ${it.ours}${it.reason === '' ? '' : ` (${it.reason})`}`;
  return `${it.check} / ${it.peerCheck} ${it.scenario} ${it.about}: ${said}\n    ${whose}`;
}
