import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Health } from '../../src/model/health.ts';
import { cli, RECORDING, scratch } from './run.ts';

const folder = scratch();
const store = join(folder, 'store');
const { WITNESSMARK_NOW: before } = process.env;

beforeAll(() => {
  // A month after the recording, whatever the day is.
  process.env.WITNESSMARK_NOW = '2026-11-02T00:00:00.000Z';
  cli('collect', '--from', RECORDING, '--store', store, '--quiet');
});
afterAll(() => {
  if (before === undefined) delete process.env.WITNESSMARK_NOW;
  else process.env.WITNESSMARK_NOW = before;
});

// One after another, as a user goes.
describe('status and audit --seal', () => {
  it('says that something is missed, with the words beside the signs, and exits with 1', () => {
    const { status, stdout } = cli('status', '--store', store, '--days', '366');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^M2 +Capture rate +✗ missed +16\.66 % +≥ 99\.9 % +2 of 12 tasks/m);
    expect(stdout).toMatch(/^M7 +Integrity checks +\? unknown +- +≥ 100 % +no audit was sealed/m);
    expect(stdout).toMatch(/^M10 +Replay success +✓ met +100 %/m);
    expect(stdout).not.toContain('\u001b');
  });

  it('exits with 3 where nothing is missed and something is unknown', () => {
    // Within a day nothing was planned: the recording is older.
    const { status, stdout } = cli('status', '--store', store, '--days', '1');
    expect(stdout).toMatch(/^M2 +Capture rate +\? unknown/m);
    expect(status).toBe(3);
  });

  it('seals an audit, which status then knows', () => {
    const sealed = cli('audit', '--seal', '--store', store, '--json');
    expect([sealed.status, sealed.json().sealed, sealed.json().ok]).toEqual([0, true, true]);
    const health = Health.parse(cli('status', '--store', store, '--days', '366', '--json').json());
    expect(health.slis.find((it) => it.id === 'M7')).toMatchObject({ state: 'met', value: 100 });
  });

  it('seals an audit that failed, and exits with 1', () => {
    const damaged = join(folder, 'damaged');
    cpSync(store, damaged, { recursive: true });
    const [name] = readdirSync(join(damaged, 'retrievals')).sort();
    rmSync(join(damaged, 'retrievals', name ?? ''));
    const audit = cli('audit', '--seal', '--store', damaged);
    expect(audit.status).toBe(1);
    expect(audit.stdout).toContain(`ledger-retrievals-object-missing  retrievals/${name}`);
    expect(audit.stdout).toContain('✓ this result is an entry of the ledger');
    const health = cli('status', '--store', damaged, '--days', '1');
    expect(health.stdout).toMatch(/^M7 +Integrity checks +✗ missed +50 %/m);
  });

  it('audits a store that cannot be opened, and says that the result is not in the ledger', () => {
    const closed = join(folder, 'closed');
    cpSync(store, closed, { recursive: true });
    for (const it of readdirSync(join(closed, 'keys'))) rmSync(join(closed, 'keys', it));
    const { status, stdout } = cli('audit', '--seal', '--store', closed);
    expect(status).toBe(1);
    expect(stdout).toContain('✗ this result is not in the ledger');
  });

  it('refuses what is no number of days', () => {
    const { status, stderr } = cli('status', '--store', store, '--days', 'week');
    expect([status, stderr.includes('--days week: expected a whole number from 1 to 366')]).toEqual([2, true]);
  });
});
