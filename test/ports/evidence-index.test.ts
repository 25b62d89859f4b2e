import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
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
