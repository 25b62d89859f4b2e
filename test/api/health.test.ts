import { describe, expect, it } from 'vitest';
import { keepHealth } from '../../src/app/health/measure.ts';
import { selfAudit } from '../../src/app/self-audit.ts';
import { Health } from '../../src/model/health.ts';
import { goodDisk, health } from '../app/health-world.ts';
import { VKEY } from '../ledger/helpers.ts';
import { world } from './support.ts';

const { ask, as, store } = await world();

describe('health over HTTP', () => {
  it('is not found before it was measured, and is the newest measurement after that', async () => {
    expect((await ask(as('admin'), '/v1/indicators')).status).toBe(404);
    const measured = await health(await goodDisk());
    await keepHealth(store, measured);
    const answer = await ask(as('compliance'), '/v1/indicators');
    expect(answer.status).toBe(200);
    expect(Health.parse(await answer.json())).toEqual(measured);
    expect((await ask(as('auditor'), '/v1/indicators')).status).toBe(403);
  });

  it('lists audits page by page, failed ones too, without their salt', async () => {
    const audited = { objects: store.objects, verifierKeys: [VKEY] };
    for (let it = 0; it < 3; it += 1) await selfAudit(store, { audited, covers: 'new' });
    const found: { entry: number; ok: boolean; covered: string }[] = [];
    let next = '/v1/audits?limit=2';
    for (let pages = 0; next !== '' && pages < 5; pages += 1) {
      const { items, cursor } = (await (await ask(as('admin'), next)).json()) as {
        items: typeof found;
        cursor?: string;
      };
      expect(items.length).toBeLessThanOrEqual(2);
      found.push(...items);
      next = cursor === undefined ? '' : `/v1/audits?limit=2&cursor=${cursor}`;
    }
    expect(found.map((it) => [it.ok, it.covered])).toEqual([
      [true, 'whole'],
      [true, 'log_and_new'],
      [true, 'log_and_new'],
    ]);
    expect(JSON.stringify(found)).not.toContain('salt');
  });
});
