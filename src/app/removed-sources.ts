import type { TaskReading } from '../collect/reading.ts';
import type { Evidence, Observation } from '../model/evidence.ts';
import { populationSubject, SOURCE_REMOVED } from '../model/evidence.ts';
import type { Failure, Retrieval } from '../model/retrieval.ts';
import type { Task } from '../model/run.ts';
import type { SubjectState } from '../ports/evidence-index.ts';
import type { JudgedSource, JudgedSubject } from './judged.ts';
import type { Store } from './store.ts';

type RemovalStore = Pick<Store, 'index'>;

/** What of the reading it takes to know which sources of AWS have gone. */
type Listed = Pick<TaskReading, 'task' | 'findings' | 'findingsListed' | 'retrievals'>;

/**
 * Sources of findings (a Config rule, a Security Hub control) that are not there any more although
 * the list of them was read. What passed under one becomes absent. What did not pass is inconclusive
 * from now on: that nobody judges it any more is no remediation. Nothing where the list could not be
 * read, for then nothing is known to be gone; and nothing in later runs, which have nothing to add.
 */
export function removedSources(
  { index }: RemovalStore,
  { run, at }: { run: string; at: string },
): (reading: Listed) => Promise<JudgedSource[]> {
  let earlier: Promise<string[]> | undefined;
  return async ({ task, findings, findingsListed, retrievals }) => {
    if (findingsListed === undefined) return [];
    earlier ??= earlierRuns(index, { run, at });
    const listed = new Set(findings.map((it) => it.source));
    const removed: JudgedSource[] = [];
    for (const { source, resourceType } of await sourcesBefore(index, task, await earlier)) {
      if (listed.has(source)) continue;
      const states = [...(await index.current(source, task.account, task.region)).values()];
      const news = states.filter(({ evidence }) => !isUnjudged(evidence) || evidence.run === run);
      // A run that was interrupted and is made again must say again what it said.
      if (news.length === 0 && !(await hasSaid(index, { ...task, source, run }))) continue;
      const subjects = news
        .filter(({ evidence }) => isOpen(evidence))
        .map((it) => unjudged(it, findingsListed, retrievals));
      removed.push({ source, resourceType, subjects, failure: undefined, lines: findingsListed, gone: GONE });
    }
    return removed;
  };
}

const GONE = 'nothing judges it any more: AWS does not list the rule or control';

const isUnjudged = ({ failures }: Evidence): boolean => failures.source?.name === SOURCE_REMOVED;

/** What did not pass when it was last judged; a list that could not be read is no subject. */
const isOpen = ({ outcome, subject, resourceType }: Evidence): boolean =>
  (outcome === 'non_compliant' || outcome === 'inconclusive') && subject !== populationSubject(resourceType);

function unjudged(
  { evidence }: SubjectState,
  lines: readonly number[],
  retrievals: readonly Retrieval[],
): JudgedSubject {
  const { subject, resourceType, name, location, outcome, source } = evidence;
  const message = `AWS does not list ${source} any more; it was ${outcome.replace('_', '-')} when it was last judged`;
  return {
    subject,
    resourceType,
    name,
    location,
    outcome: 'inconclusive',
    reason: isUnjudged(evidence) ? evidence.reason : `${message}: ${evidence.reason}`,
    facts: {},
    failures: isUnjudged(evidence)
      ? evidence.failures
      : { source: removal(retrievals[(lines.at(-1) ?? 0) - 1], message) },
    judgement: undefined,
    lines,
  };
}

/** The list that it is not in any more is what the failure names. */
const removal = (list: Retrieval | undefined, message: string): Failure => ({
  operation: list === undefined ? 'none' : `${list.service}:${list.operation}`,
  kind: 'rejected',
  name: SOURCE_REMOVED,
  message,
  status: null,
  requestId: null,
});

/** Collections before this one, newest first. */
async function earlierRuns(index: Store['index'], { run, at }: { run: string; at: string }): Promise<string[]> {
  const runs: string[] = [];
  for await (const { body } of index.bodies('plan', { to: at })) {
    if (body.mode === 'collect' && body.run !== run) runs.push(body.run);
  }
  return runs.reverse();
}

/**
 * The sources of the newest run that could list them. What was removed before that was said to be gone
 * by that run, so that no older one needs to be looked at.
 */
async function sourcesBefore(index: Store['index'], task: Task, runs: readonly string[]): Promise<Observation[]> {
  for (const run of runs) {
    for await (const { body } of index.bodies('observations', { run })) {
      if (!isSameTask(body, task)) continue;
      const found = body.observations.filter(isOfAws);
      if (found.length > 0 || (await isWhole(index, task, run))) return found;
    }
  }
  return [];
}

const isOfAws = ({ source }: Observation): boolean => /^(config_rule|security_hub):/.test(source);

const isSameTask = (a: Task, b: Task): boolean =>
  a.account === b.account && a.region === b.region && a.service === b.service;

/** Whether a run read the task whole: an observation without sources then means that there were none. */
async function isWhole(index: Store['index'], task: Task, run: string): Promise<boolean> {
  for await (const { body } of index.bodies('run', { run })) return !body.failed.some((it) => isSameTask(it, task));
  return false;
}

/** Whether this very run has spoken of the source before it was interrupted. */
async function hasSaid(
  index: Store['index'],
  { source, account, region, run }: Task & { source: string; run: string },
): Promise<boolean> {
  for await (const _said of index.evidence({ source, account, region, run })) return true;
  return false;
}
