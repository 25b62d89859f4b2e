import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../scripts/generated/root.ts';
import type { Aws, FactReader, Found, PopulationReader, Service } from '../../src/collect/service.ts';
import type { Rule } from './compare.ts';
import { faults } from './faults.ts';
import { allPairs, matrix } from './matrix.ts';
import { firstRun, type RecordedTask } from './world.ts';

/** What a careless reader makes of the way to AWS. */
type Carelessness = (aws: Aws) => Aws;

const orElse = async <T>(read: Promise<T>, instead: T): Promise<T> => read.catch(() => instead);

/** No answer is an empty list, or nothing configured. */
const folding: Carelessness = (aws) => ({
  ...aws,
  list: (...args) => orElse(aws.list(...args), []),
  getOrAbsent: (...args) => orElse(aws.getOrAbsent(...args), null),
});

/** The first page is all there is. */
const hasty: Carelessness = (aws) => ({
  ...aws,
  list: async (operation, input, page) => {
    const answer = await aws.get(operation, input, z.record(z.string(), z.unknown()));
    return z.array(page.items).parse(answer[page.at]);
  },
});

/** Something went wrong, and nobody knows what. */
const mute: Carelessness = (aws) => ({
  ...aws,
  getOrAbsent: (...args) =>
    aws.getOrAbsent(...args).catch(() => {
      throw new Error('something went wrong');
    }),
});

function planted(service: Service, careless: Carelessness): Service {
  const factOf = (read: FactReader): FactReader => {
    return (aws) => read(careless(aws));
  };
  const foundOf = (found: Found<string>): Found<string> => ({
    ...found,
    facts: Object.fromEntries(Object.entries(found.facts).map(([name, read]) => [name, factOf(read)])),
  });
  const populationOf = (reader: PopulationReader): PopulationReader => ({
    ...reader,
    read: async (aws) => (await reader.read(careless(aws))).map(foundOf),
  });
  return { ...service, populations: service.populations.map(populationOf) };
}

const tasks = firstRun(join(projectRoot, 'demo/recording'));

async function smallest(service: string): Promise<RecordedTask> {
  const [task] = (await tasks)
    .filter((it) => it.task.service === service)
    .sort((a, b) => a.calls.length - b.calls.length);
  if (task === undefined) throw new Error(`the recording has no task of ${service}`);
  return task;
}

/** The rules that are broken, by operation and fault. */
async function broken(careless: Carelessness, operations: readonly string[], ids: readonly string[]) {
  const task = await smallest('s3');
  const careful = { ...task, service: planted(task.service, careless) };
  const chosen = faults.filter((it) => ids.includes(it.id));
  const pairs = allPairs([careful], chosen).filter(({ call }) => operations.includes(`s3:${call.operation}`));
  expect(pairs.length).toBeGreaterThan(0);
  const found = new Map<string, Set<Rule>>();
  const run = matrix();
  for (const pair of pairs) {
    const { operation, fault, violations } = await run(pair);
    const rules = found.get(`${operation}, ${fault}`) ?? [];
    found.set(`${operation}, ${fault}`, new Set([...rules, ...violations.map((it) => it.rule)]));
  }
  return Object.fromEntries([...found].map(([where, rules]) => [where, [...rules].sort()]));
}

describe('the fault matrix', () => {
  it('sees subjects vanish where a reader takes a failed list for an empty one', async () => {
    const rules = await broken(folding, ['s3:ListBuckets'], ['403, JSON', 'throttled', 'not recorded']);
    expect(rules).toEqual({
      's3:ListBuckets, 403, JSON': ['vanished'],
      's3:ListBuckets, throttled': ['vanished'],
      's3:ListBuckets, not recorded': ['vanished'],
    });
  });

  it('sees verdicts flip where a reader takes a failed call for a known absence', async () => {
    const rules = await broken(folding, ['s3:GetBucketPolicy'], ['403, JSON', 'time-out', 'unknown shape']);
    expect(rules).toEqual({
      's3:GetBucketPolicy, 403, JSON': ['altered', 'flip'],
      's3:GetBucketPolicy, time-out': ['altered', 'flip'],
      's3:GetBucketPolicy, unknown shape': ['altered', 'flip'],
    });
  });

  it('sees subjects vanish where a reader is content with the first page', async () => {
    expect(await broken(hasty, ['s3:ListBuckets'], ['last page lost'])).toEqual({
      's3:ListBuckets, last page lost': ['vanished'],
    });
  });

  it('sees an inconclusive outcome that does not carry the real error', async () => {
    expect(await broken(mute, ['s3:GetBucketEncryption'], ['500, HTML'])).toEqual({
      's3:GetBucketEncryption, 500, HTML': ['unexplained'],
    });
  });

  it('finds nothing wrong with the careful reader under the same faults', async () => {
    const rules = await broken((aws) => aws, ['s3:GetBucketPolicy', 's3:GetBucketEncryption'], ['403, JSON', 'reset']);
    expect(Object.values(rules).flat()).toEqual([]);
  });
});
