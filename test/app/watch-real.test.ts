import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { localTrailFiles } from '../../src/adapters/local/trail-files.ts';
import { memoryMessages } from '../../src/adapters/memory/messages.ts';
import { watch } from '../../src/app/watch.ts';
import type { WatchedMessage } from '../../src/app/watch-event.ts';
import { parseTrailFile } from '../../src/collect/cloudtrail/trail-file.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { auditOf, emptyDisk, storeOf } from './store-of.ts';
import { envelope, message } from './watch-events.ts';

const DATA = '../shared/data/cloudtrail';
const why = existsSync(DATA) ? '' : ` (skipped: there is no ${DATA})`;

async function messagesOf(folder: string): Promise<WatchedMessage[]> {
  const messages: WatchedMessage[] = [];
  for await (const file of localTrailFiles([`${DATA}/${folder}`]))
    for (const record of parseTrailFile(file).records as JsonObject[])
      messages.push(message(envelope(record, { account: record.recipientAccountId, source: 'aws.any' })));
  return messages;
}

describe.skipIf(why !== '')(`real events, one by one as a bus delivers them${why}`, () => {
  it('of an attack simulation lead to one entry for each event and selector', async () => {
    const [disk, alerts, catalogue] = [emptyDisk(), memoryMessages(), await loadCatalogueFiles()];
    const store = storeOf(disk);
    const messages = await messagesOf('invictus-ir-aws_dataset');
    const result = await watch({ store, messages: alerts, catalogue }, messages);
    expect(result).toMatchObject({ messages: 2900, failed: [], known: 0 });
    expect(result.told.length).toBeGreaterThan(200);
    const bodies = (await Array.fromAsync(store.index.bodies('alert'))).map((it) => it.body);
    expect(bodies).toHaveLength(result.told.length);
    expect(new Set(bodies.map((it) => `${it.selector} ${it.event.eventID}`)).size).toBe(bodies.length);
    const told = new Set(bodies.map((it) => it.selector));
    const expected = [
      'cloudtrail-logging-stopped',
      'iam-policy-changed',
      'iam-credential-changed',

      'snapshot-or-image-shared',
      'security-group-opened-to-world',
    ];
    expect(expected.filter((it) => !told.has(it))).toEqual([]);
    for (const it of alerts.published) {
      expect(it.subject).toMatch(/^[\x20-\x7e]{1,99}$/);
      expect(it.text).not.toMatch(/A(KI|SI)A[A-Z0-9]{16}/);
    }
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
    const some = messages.slice(0, 200);
    expect((await watch({ store, messages: alerts, catalogue }, some)).told).toEqual([]);
  });
});
