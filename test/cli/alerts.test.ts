import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { systemClock } from '../../src/adapters/local/clock.ts';
import { openStore } from '../../src/adapters/local/store.ts';
import { memoryMessages } from '../../src/adapters/memory/messages.ts';
import { watch } from '../../src/app/watch.ts';
import { arrived } from '../app/watch-events.ts';
import { cli, scratch } from './run.ts';

it('alerts lists what people were told of, for people and as JSON Lines', async () => {
  const folder = join(scratch(), 'store');
  expect(cli('init', '--organisation', 'Example Health', '--store', folder).status).toBe(0);
  const store = await openStore(folder, { clock: systemClock, software: 'test 1' });
  const name = 'arn:aws:sts::111122223333:assumed-role/ops/\u001b[31mred';
  const given = arrived({ userIdentity: { type: 'Root', arn: name } });
  await watch({ store, messages: memoryMessages(), catalogue: await loadCatalogueFiles() }, [given]);
  await store.index.close();
  const shown = cli('alerts', '--store', folder);
  expect(shown.status).toBe(0);
  expect(shown.stdout).toMatch(/^ENTRY +SEVERITY +HAPPENED/);
  expect(shown.stdout).toMatch(/critical +2026-11-01T08:00:00\.000Z .* root-console-login +ConsoleLogin/);
  expect(shown.stdout).not.toContain('\u001b');
  const [alert, ...others] = cli('alerts', '--severity', 'critical', '--json', '--store', folder).lines();
  expect(others).toEqual([]);
  expect(alert).toMatchObject({ kind: 'alert', selector: 'root-console-login', record: { eventID: 'e1' } });
  expect(cli('alerts', '--severity', 'loud', '--store', folder).stderr).toContain('usage-severity');
});
