import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type EventPattern, eventPatterns, everything, MAX_PATTERN } from '../../scripts/generated/event-patterns.ts';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { localTrailFiles } from '../../src/adapters/local/trail-files.ts';
import { watchedEvents } from '../../src/app/catalogue.ts';
import type { CatalogueEvent } from '../../src/catalog/catalogue.ts';
import { parseTrailFile } from '../../src/collect/cloudtrail/trail-file.ts';
import { compileSelector } from '../../src/evaluate/event.ts';
import type { EventSelector } from '../../src/model/check.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

const EVENTS = watchedEvents(await loadCatalogueFiles());
const PATTERNS = eventPatterns(EVENTS);

/** EventBridge's rule, for what patterns use of it: every member matches, a list is any of its items. */
function isLetThrough(pattern: unknown, value: Json | undefined): boolean {
  if (Array.isArray(pattern)) return pattern.some((it) => isOneOf(it, value));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(pattern as object).every(([key, it]) =>
    isLetThrough(it, Object.hasOwn(value, key) ? (value as JsonObject)[key] : undefined),
  );
}

function isOneOf(item: unknown, value: Json | undefined): boolean {
  if (typeof item === 'string') return item === value;
  return typeof value === 'string' && value.startsWith((item as { prefix: string }).prefix);
}

const TYPES: Readonly<Record<string, string>> = {
  AwsConsoleSignIn: 'AWS Console Sign In via CloudTrail',
  AwsServiceEvent: 'AWS Service Event via CloudTrail',
};

/** As AWS sends it. */
const sent = (record: JsonObject): JsonObject => ({
  source: `aws.${String(record.eventSource).split('.')[0]}`,
  'detail-type': TYPES[String(record.eventType)] ?? 'AWS API Call via CloudTrail',
  detail: record,
});
const arrives = (record: JsonObject, patterns: readonly EventPattern[] = PATTERNS): boolean =>
  patterns.some((it) => isLetThrough(it, sent(record)));

/** A selector that cannot be asked of a record is told as well. */
function isTold({ compiled }: CatalogueEvent, record: JsonObject): boolean {
  try {
    return compiled.matches(record);
  } catch {
    return true;
  }
}

/** Every example of every selector: records that match and records that nearly do. */
const examples = EVENTS.flatMap(({ selector }) => selector.examples).map((it) =>
  'match' in it ? it.match : it.ignore,
);

describe('the rules', () => {
  it('let through each example that a selector matches', () => {
    const told = examples.filter((record) => EVENTS.some((it) => isTold(it, record)));
    expect(told.length).toBeGreaterThan(100);
    for (const record of told) expect(arrives(record), JSON.stringify(record)).toBe(true);
  });

  it('let through whatever a selector matches among records put together from others', () => {
    const given = fc.constantFrom(...examples);
    let told = 0;
    fc.assert(
      fc.property(
        given,
        given,
        fc.subarray(['eventSource', 'eventName', 'userIdentity', 'errorCode', 'eventType']),
        (a, b, taken) => {
          const record: JsonObject = {
            ...a,
            ...Object.fromEntries(taken.filter((it) => it in b).map((it) => [it, b[it] ?? null])),
          };
          if (!EVENTS.some((it) => isTold(it, record))) return;
          told += 1;
          expect(arrives(record)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
    expect(told).toBeGreaterThan(100);
  });

  it('keep away what no selector asks for', () => {
    const user = { type: 'IAMUser' };
    for (const eventName of ['DescribeInstances', 'GetObject', 'AssumeRole', 'RunInstances'])
      expect(arrives({ eventSource: 'ec2.amazonaws.com', eventName, userIdentity: user })).toBe(false);
  });

  it('let through nothing that AWS did not send', () => {
    const [record] = examples;
    for (const pattern of [...PATTERNS, everything()])
      expect(isLetThrough(pattern, { ...sent(record ?? {}), source: 'com.example.aws.iam' })).toBe(false);
  });

  it('are below the limit of a pattern, in the stack and in the forwarding template', () => {
    const files = ['serverless/watch.yml', 'templates/watch-forwarding.yaml'].map((it) =>
      parse(readFileSync(it, 'utf8')),
    );
    for (const { Resources } of files) {
      const rules = Object.values<{ Type: string; Properties: { EventPattern: EventPattern; State: unknown } }>(
        Resources,
      );
      const patterns = rules.filter((it) => it.Type === 'AWS::Events::Rule').map((it) => it.Properties.EventPattern);
      expect(patterns.length).toBe(PATTERNS.length + 1);
      for (const it of patterns) expect(JSON.stringify(it).length).toBeLessThanOrEqual(MAX_PATTERN);
    }
    expect(files[0].Resources.WatchRuleEverything.Properties.State).toBe(`\${param:watchEverything}`);
    expect(parse(readFileSync('serverless/params.yml', 'utf8'), { logLevel: 'error' })).toMatchObject({
      watchSources: 'aws.',
      watchEverything: 'DISABLED',
    });
  });

  it('are refused for a selector that can match anything', () => {
    const selector: EventSelector = {
      name: 'any-refusal',
      title: 'Anything that was refused',
      match: 'has(event.errorCode) && event.errorCode != null',
      expect: 'any',
      remediation: 'Look at it.',
      references: [],
      examples: [],
    };
    const event = { selector, compiled: compileSelector(selector), file: 'x', place: {} } as unknown as CatalogueEvent;
    expect(() => eventPatterns([event])).toThrow(/any-refusal/);
  });
});

const DATA = '../shared/data/cloudtrail';
const why = existsSync(DATA) ? '' : ` (skipped: there is no ${DATA})`;

describe.skipIf(why !== '')(`over real events${why}`, () => {
  it('never miss one that a selector matches', async () => {
    const records: JsonObject[] = [];
    for (const folder of ['invictus-ir-aws_dataset', 'stratus-red-team'])
      for await (const file of localTrailFiles([`${DATA}/${folder}`]))
        records.push(...(parseTrailFile(file).records as JsonObject[]));
    const odd = readFileSync(`${DATA}/panther-analysis/cloudtrail-rule-tests.ndjson`, 'utf8').trim().split('\n');
    records.push(...odd.map((it) => JSON.parse(it).event as JsonObject));
    const told = records.filter((record) => EVENTS.some((it) => isTold(it, record)));
    const named = told.filter((it) => typeof it.eventName === 'string' && typeof it.eventSource === 'string');
    expect(named.length).toBeGreaterThan(200);
    expect(named.filter((it) => !arrives(it))).toEqual([]);
    // And most of what happens all day stays away.
    expect(records.filter((it) => arrives(it)).length).toBeLessThan(records.length / 2);
  });
});
