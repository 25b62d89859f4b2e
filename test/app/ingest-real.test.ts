import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { localTrailFiles } from '../../src/adapters/local/trail-files.ts';
import { ingestedEvents } from '../../src/app/catalogue.ts';
import { ingest } from '../../src/app/ingest.ts';
import type { TrailFile } from '../../src/collect/cloudtrail/trail-file.ts';
import { answersOf, storeOf } from './store-of.ts';

const DATA = '../shared/data/cloudtrail';
const why = existsSync(DATA) ? '' : ` (skipped: there is no ${DATA})`;

async function take(files: AsyncIterable<TrailFile>) {
  const store = storeOf();
  const result = await ingest(store, { files, catalogue: await loadCatalogueFiles(), at: '2026-10-05T00:00:00.000Z' });
  return { result, store };
}

describe.skipIf(why !== '')(`CloudTrail files from the wild${why}`, () => {
  it('of an attack simulation are read to the last record', async () => {
    const { result, store } = await take(localTrailFiles([`${DATA}/invictus-ir-aws_dataset`]));
    expect(result).toMatchObject({ files: 55, records: 2900, events: 2900, duplicates: 0, foreign: 0, malformed: 0 });
    const { observations, evidence } = await answersOf(store);
    const perSelector = Map.groupBy(observations, (it) => it.observation.source);
    expect(perSelector.size).toBe(ingestedEvents(await loadCatalogueFiles()).length);
    for (const rows of perSelector.values())
      expect(rows.reduce((sum, it) => sum + it.observation.population, 0)).toBe(2900);
    expect(evidence.length).toBeGreaterThan(50);
    for (const { event } of evidence.map((it) => it.evidence)) {
      const { Records } = JSON.parse(readFileSync(event?.file ?? '', 'utf8'));
      expect(Records[event?.record ?? -1].eventID).toBe(event?.eventID);
    }
  });

  it('of attack techniques are read as bare arrays', async () => {
    const { result } = await take(localTrailFiles([`${DATA}/stratus-red-team`]));
    expect(result).toMatchObject({ files: 35, records: 310, malformed: 0, foreign: 0 });
    expect(result.events + result.duplicates).toBe(310);
  });

  it('that another tool rewrote are refused by name', async () => {
    const { result } = await take(localTrailFiles([`${DATA}/otrf-security-datasets`]));
    expect(result).toMatchObject({ files: 1, malformed: 1, records: 0, events: 0 });
    expect(result.problems[0]?.problem).toMatch(/^cloudtrail-not-json: .*ec2_proxy/);
  });

  it('with odd shapes are counted or put aside by reason, every one', async () => {
    const lines = readFileSync(`${DATA}/panther-analysis/cloudtrail-rule-tests.ndjson`, 'utf8').trim().split('\n');
    const bytes = Buffer.from(JSON.stringify(lines.map((it) => JSON.parse(it).event)));
    async function* files() {
      yield { name: 'panther.json', bytes };
    }
    const { result } = await take(files());
    expect(result.records).toBe(464);
    expect(result.events + result.duplicates + result.foreign).toBe(464);
    expect(Object.values(result.aside.records).reduce((sum, it) => sum + it, 0)).toBe(result.foreign);
    expect(result.aside.records).toMatchInlineSnapshot(`
      {
        "account": 2,
        "event-id": 51,
        "event-source": 5,
        "event-time": 119,
      }
    `);
  });
});
