import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { batched } from '../../src/adapters/aws/dynamodb-index/streams.ts';
import { lateIndex } from '../../src/adapters/late-index.ts';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import { startDynalite } from '../adapters/dynamodb.ts';
import { indexed, plan } from '../app/bodies-of.ts';
import { evidenceIndexSuite } from './evidence-index.suite.ts';

const file = (): string => join(mkdtempSync(join(tmpdir(), 'wm-index-')), 'index.sqlite');

evidenceIndexSuite('sqlite in memory', async () => sqliteIndex(':memory:'));
evidenceIndexSuite('sqlite in a file', async () => sqliteIndex(file()));

const dynamo = await startDynalite();
afterAll(() => dynamo.stop());
evidenceIndexSuite('dynamodb, as dynalite has it', dynamo.newIndex);
evidenceIndexSuite('sqlite, opened late', async () => lateIndex(async () => sqliteIndex(':memory:')));

describe('an index that is opened late', () => {
  it('is opened once, when it is first asked, and is not opened to be closed', async () => {
    let opened = 0;
    const index = lateIndex(async () => {
      opened += 1;
      return sqliteIndex(':memory:');
    });
    await index.close();
    expect(opened).toBe(0);
    await Promise.all([index.size(), index.find('0'.repeat(64)), Array.fromAsync(index.evidence({}))]);
    expect(opened).toBe(1);
    await index.close();
  });

  it('throws what opening it throws, and is opened again by the next who asks', async () => {
    let tries = 0;
    const index = lateIndex(async () => {
      tries += 1;
      if (tries === 1) throw new Error('no such table');
      return sqliteIndex(':memory:');
    });
    await expect(index.size()).rejects.toThrow('no such table');
    expect(await index.size()).toBe(0);
  });

  it('asks for many hashes in one call, as the index itself does', async () => {
    const asked: number[] = [];
    const find = batched(100, async (keys) => {
      asked.push(keys.length);
      return new Map<string, number>();
    });
    const index = lateIndex(async () => ({ ...sqliteIndex(':memory:'), find }));
    for (const count of [40, 60]) {
      await Promise.all(Array.from({ length: count }, (_, at) => index.find(`${at}`)));
    }
    expect(asked).toEqual([40, 60]);
  });
});

describe('the sqlite index', () => {
  it('keeps what it holds when it is opened again', async () => {
    const path = file();
    const first = sqliteIndex(path);
    await first.apply(indexed([plan({})]));
    await first.close();
    expect(await sqliteIndex(path).size()).toBe(1);
  });

  it('starts over when the file is of another version, so that it is replayed', async () => {
    const path = file();
    const first = sqliteIndex(path);
    await first.apply(indexed([plan({})]));
    await first.close();
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 999');
    db.close();
    expect(await sqliteIndex(path).size()).toBe(0);
  });
});
