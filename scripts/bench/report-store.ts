import { fixedClock } from '../../src/adapters/local/clock.ts';
import { trustFiles } from '../../src/adapters/local/key-ring.ts';
import { initStore, openStore } from '../../src/adapters/local/store.ts';
import { sourceDefinitions, withoutDefaults } from '../../src/app/catalogue.ts';
import { createLines } from '../../src/app/objects.ts';
import { planBody, runBody } from '../../src/app/run-bodies.ts';
import { seal } from '../../src/app/seal.ts';
import type { Store } from '../../src/app/store.ts';
import { sealTrust } from '../../src/app/trust.ts';
import type { SourceDefinition } from '../../src/assess/input.ts';
import { catalogue } from '../../src/cli/session.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import { populationDigest } from '../../src/ledger/population.ts';
import { type Evidence, type Outcome, zeroCounts } from '../../src/model/evidence.ts';
import { evidenceKey } from '../../src/model/framework.ts';
import type { Retrieval, RetrievalRef } from '../../src/model/retrieval.ts';

export const FRAMEWORK = 'soc2-2017';
export const PERIOD = { from: '2026-10-01', to: '2026-10-31' };
const ACCOUNT = '111122223333';
const SOURCES = 20;
/** A list page of an AWS interface names about so many resources. */
const PAGE = 100;
/** Bodies that are sealed together, as a task of that many resources would. */
const GROUP = 1000;

interface Source {
  readonly key: string;
  readonly definition: SourceDefinition;
  readonly region: string;
}

interface Subject {
  readonly subject: string;
  readonly name: string;
  hash: string;
  outcome: Outcome;
}

/**
 * Makes a store with `items` pieces of evidence of 20 sources of SOC 2, seen by three runs in October:
 * nine tenths at the first, the others when something changed. `failing` is the share of subjects that
 * fail at first; those among the changed ones are put right then. Everything is sealed as a collection
 * seals it: evidence, observations with their digests, recorded calls, plans and runs.
 */
export async function makeReportStore(folder: string, items: number, failing: number): Promise<void> {
  await initStore(folder, {
    organisation: 'Bench',
    origin: 'example.com/bench',
    clock: fixedClock('2026-10-01T00:00:00.000Z'),
  });
  const sources = await benchSources();
  const perSource = Math.ceil((items * 0.9) / sources.length);
  const states = new Map(sources.map((source, at) => [source, subjectsOf(at, perSource, failing)]));
  const changed = { 0: 1, 1: 0.07 / 0.9, 2: 0.03 / 0.9 };
  for (const [turn, day] of (['2026-10-01', '2026-10-15', '2026-10-31'] as const).entries()) {
    const at = `${day}T02:00:00.000Z`;
    const store = await openStore(folder, { clock: fixedClock(at), software: 'witnessmark bench' });
    if (turn === 0) await sealTrust(store, await trustFiles(folder));
    await oneRun(store, { at, turn, states, share: changed[turn as 0 | 1 | 2] });
    await store.index.close();
  }
}

async function benchSources(): Promise<Source[]> {
  const known = await catalogue();
  const found = known.frameworks.get(FRAMEWORK);
  if (!found) throw new RangeError(`no framework ${FRAMEWORK}`);
  const framework = withoutDefaults(known, found);
  const definitions = sourceDefinitions(known, framework);
  const keys = new Set(
    framework.control_sets
      .flatMap((set) => set.controls.flatMap((control) => control.sources))
      .flatMap((it) => ('check' in it && it.strength !== 'supporting' ? [evidenceKey(it)] : [])),
  );
  return [...keys].slice(0, SOURCES).flatMap((key) => {
    const definition = definitions.get(key);
    return definition ? [{ key, definition, region: definition.scope === 'global' ? 'global' : 'eu-west-1' }] : [];
  });
}

function subjectsOf(source: number, count: number, failing: number): Subject[] {
  const every = failing > 0 ? Math.max(1, Math.round(1 / failing)) : Number.POSITIVE_INFINITY;
  // Sources of one resource type look at the same resources, as checks do.
  return Array.from({ length: count }, (_, index) => {
    const name = `resource-${Math.floor(source / 5)}-${String(index).padStart(7, '0')}-${sha256Hex(`${index}`).slice(0, 12)}`;
    const subject = `arn:aws:ec2:eu-west-1:${ACCOUNT}:volume/${name}`;
    return { subject, name, hash: '', outcome: index % every === 0 ? 'non_compliant' : 'compliant' };
  });
}

interface Turn {
  readonly at: string;
  readonly turn: number;
  readonly states: ReadonlyMap<Source, Subject[]>;
  readonly share: number;
}

async function oneRun(store: Store, { at, turn, states, share }: Turn): Promise<void> {
  const run = store.identity.id('bench-run', at);
  const regions = new Set([...states.keys()].map((it) => it.region));
  const tasks = [...regions].map((region) => ({ account: ACCOUNT, region, service: 'ec2' }));
  const told = { run, at, mode: 'collect' } as const;
  await seal(store, [[planBody(store, { ...told, via: 'recording', tasks, catalogue: sha256Hex('bench') })]]);
  let calls = 0;
  for (const [source, subjects] of states) {
    const touched = subjects.slice(0, Math.ceil(subjects.length * share));
    calls += await sealEvidence(store, { ...told, source, isFirst: turn === 0, touched });
  }
  await sealObservations(store, { run, at, states });
  const counts = { expected: tasks.length, collected: tasks.length, failed: [], calls, throttles: 0 };
  await seal(store, [[runBody(store, { ...told, endedAt: at, ...counts })]]);
}

interface Seen {
  readonly run: string;
  readonly at: string;
  readonly source: Source;
  readonly isFirst: boolean;
  readonly touched: readonly Subject[];
}

/** Seals a new piece of evidence for each subject, and gives the number of recorded calls. */
async function sealEvidence(store: Store, seen: Seen): Promise<number> {
  const { touched, isFirst } = seen;
  const references = await recordCalls(store, { ...seen, subjects: touched });
  for (let from = 0; from < touched.length; from += GROUP) {
    const group = touched.slice(from, from + GROUP);
    const bodies = group.map((it, offset) => {
      // What is seen again has been put right.
      if (!isFirst) it.outcome = 'compliant';
      const body = evidenceBody(store, { ...seen, it, retrieval: references[Math.floor((from + offset) / PAGE)] });
      it.hash = sha256Hex(canonicalize(body));
      return body;
    });
    await seal(store, [bodies]);
  }
  return references.length;
}

async function recordCalls(
  store: Store,
  { at, source, subjects }: { at: string; source: Source; subjects: readonly Subject[] },
): Promise<RetrievalRef[]> {
  const operation = 'ec2:DescribeVolumes';
  const lines = Array.from({ length: Math.ceil(subjects.length / PAGE) }, (_, page) => {
    const answer = {
      Volumes: subjects.slice(page * PAGE, (page + 1) * PAGE).map(({ name }) => ({ VolumeId: name, Encrypted: true })),
    };
    return {
      v: 1 as const,
      service: 'ec2',
      operation: 'DescribeVolumes',
      input: {},
      page: page + 1,
      account: ACCOUNT,
      region: source.region,
      caller: `arn:aws:sts::${ACCOUNT}:assumed-role/witnessmark/bench`,
      requestId: store.identity.id('request', at, source.key, String(page)),
      startedAt: at,
      endedAt: at,
      attempts: 1,
      sdk: 'bench',
      answer,
      redactions: [],
      sha256: sha256Hex(canonicalize(answer)),
    } satisfies Retrieval;
  });
  const object = await createLines(
    store.objects,
    'retrievals',
    lines.map((line) => canonicalize(line)),
  );
  return lines.map((line, index) => ({ operation, object, line: index + 1, sha256: line.sha256 }));
}

function evidenceBody(
  store: Store,
  {
    run,
    at,
    isFirst,
    source,
    it,
    retrieval,
  }: Omit<Seen, 'touched'> & { it: Subject; retrieval: RetrievalRef | undefined },
): Evidence {
  const id = store.identity.id('evidence', run, source.key, it.subject);
  const { definition, key, region } = source;
  return {
    v: 1,
    kind: 'evidence',
    id,
    run,
    at,
    source: key,
    subject: it.subject,
    resourceType: 'AWS::EC2::Volume',
    name: it.name,
    account: ACCOUNT,
    region,
    outcome: it.outcome,
    reason: it.outcome === 'compliant' ? 'it is as it should be' : 'it is not as it should be, and this is how it is',
    change: isFirst ? 'first' : 'changed',
    facts: {
      encrypted: it.outcome === 'compliant',
      kms_key: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/${id}`,
      created: at,
    },
    failures: {},
    ...(definition.expect === undefined || definition.sha256 === undefined
      ? {}
      : { judgement: { sha256: definition.sha256, expect: definition.expect, params: definition.params } }),
    retrievals: retrieval ? [retrieval] : [],
    previous: it.hash === '' ? null : it.hash,
    salt: store.identity.salt(id),
  };
}

async function sealObservations(
  store: Store,
  { run, at, states }: { run: string; at: string; states: ReadonlyMap<Source, Subject[]> },
): Promise<void> {
  const groups = Map.groupBy(states, ([source]) => source.region);
  const bodies = [...groups].map(([region, entries]) => {
    const id = store.identity.id('observations', run, region);
    return {
      v: 1 as const,
      kind: 'observations' as const,
      id,
      run,
      at,
      account: ACCOUNT,
      region,
      service: 'ec2',
      observations: entries.map(([source, subjects]) => {
        const counts = zeroCounts();
        for (const { outcome } of subjects) counts[outcome] += 1;
        return {
          source: source.key,
          resourceType: 'AWS::EC2::Volume',
          day: at.slice(0, 10),
          population: subjects.length,
          counts,
          digest: populationDigest(subjects.map((it) => [it.subject, it.hash])),
          complete: true,
        };
      }),
      retrievals: null,
      calls: 0,
      salt: store.identity.salt(id),
    };
  });
  await seal(store, [bodies]);
}
