import { populationDigest } from '../../ledger/population.ts';
import { type Observation, type Outcome, populationSubject, zeroCounts } from '../../model/evidence.ts';
import { byTime, type EvidenceState, type ObservationsBody } from './bodies.ts';

/** One observation with where it comes from. */
export interface Placed {
  readonly index: number;
  readonly line: number;
  readonly run: string;
  readonly at: string;
  readonly account: string;
  readonly region: string;
  readonly observation: Observation;
}

type States = ReadonlyMap<string, EvidenceState>;

export const placeOf = (it: { source: string; account: string; region: string }): string =>
  `${it.source}\t${it.account}\t${it.region}`;

export function placed({ index, line, body }: ObservationsBody): Placed[] {
  const { run, at, account, region } = body;
  return body.observations.map((observation) => ({ index, line, run, at, account, region, observation }));
}

/**
 * Checks the observations of one source in one account and region against its evidence. Evidence in
 * order of (time, index) is replayed up to each observation's time; what then holds is the population.
 * Yields what is wrong, with the observation it is wrong in.
 */
export function* replayPopulation(
  evidence: readonly EvidenceState[],
  observations: readonly Placed[],
): Generator<{ readonly at: Placed; readonly message: string }> {
  const inOrder = evidence.toSorted(byTime);
  const events = Map.groupBy(evidence, (it) => `${it.run} ${it.eventTime?.slice(0, 10)}`);
  const states = new Map<string, EvidenceState>();
  let [next, newest] = [0, -1];
  for (const at of observations.toSorted(byTime)) {
    for (let state = inOrder[next]; state !== undefined && state.at <= at.at; state = inOrder[++next]) {
      apply(states, state);
      newest = Math.max(newest, state.index);
    }
    const isEvents = at.observation.source.startsWith('cloudtrail:');
    const message = isEvents
      ? eventProblem(events.get(`${at.run} ${at.observation.day}`) ?? [], at.observation)
      : stateProblem(newest < at.index ? states : knownAt(inOrder.slice(0, next), at.index), at.observation);
    if (message !== undefined) yield { at, message };
  }
}

function apply(states: Map<string, EvidenceState>, state: EvidenceState): void {
  if (state.change === 'absent') states.delete(state.subject);
  else states.set(state.subject, state);
}

/** Recordings can be judged again later; what that found out was not known to the observation before it. */
function knownAt(inOrder: readonly EvidenceState[], index: number): States {
  const states = new Map<string, EvidenceState>();
  for (const state of inOrder) if (state.index < index) apply(states, state);
  return states;
}

const DIGEST = 'digest: the evidence of the pack gives another one';

function stateProblem(states: States, observation: Observation): string | undefined {
  const counted = observation.complete ? [...states.values()] : unknownPopulation(states, observation.resourceType);
  const counts = countsOf(counted);
  if (counted.length !== observation.population) {
    return `population: it says ${observation.population}, the evidence of the pack gives ${counted.length}`;
  }
  const differs = (Object.keys(counts) as Outcome[]).find((outcome) => counts[outcome] !== observation.counts[outcome]);
  if (differs !== undefined) {
    return `${differs}: it says ${observation.counts[differs]}, the evidence of the pack gives ${counts[differs]}`;
  }
  return digestOf(counted) === observation.digest ? undefined : DIGEST;
}

/** While a population cannot be listed, the one subject that says so is all that is counted. */
function unknownPopulation(states: States, resourceType: string): EvidenceState[] {
  const state = states.get(populationSubject(resourceType));
  return state === undefined ? [] : [state];
}

/**
 * Events are counted per day and ingest. Those that matched are in the pack, the others are not: so the
 * digest is compared, and that the counts leave room for them.
 */
function eventProblem(events: readonly EvidenceState[], observation: Observation): string | undefined {
  const counts = countsOf(events);
  const tooFew = (Object.keys(counts) as Outcome[]).find((outcome) => counts[outcome] > observation.counts[outcome]);
  if (tooFew !== undefined) {
    return `${tooFew}: it says ${observation.counts[tooFew]}, the evidence of the pack gives at least ${counts[tooFew]}`;
  }
  const sum = Object.values(observation.counts).reduce((total, count) => total + count, 0);
  if (sum !== observation.population)
    return `population: it says ${observation.population}, its counts add up to ${sum}`;
  return digestOf(events) === observation.digest ? undefined : DIGEST;
}

function countsOf(states: readonly EvidenceState[]): Record<Outcome, number> {
  const counts = zeroCounts();
  for (const { outcome } of states) counts[outcome] += 1;
  return counts;
}

const digestOf = (states: readonly EvidenceState[]): string =>
  populationDigest(states.map((it) => [it.subject, it.hash]));
