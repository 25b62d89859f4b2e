import { describe, expect, it } from 'vitest';
import { refusedAccess } from '../../src/api/gateway-line.ts';
import { type GatewayLine, recordRefusals } from '../../src/api/gateway-refusals.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { recover } from '../../src/app/seal.ts';
import type { AccessRecord } from '../../src/model/access.ts';
import { auditOf, type Disk, emptyDisk, storeOf } from '../app/store-of.ts';
import { FILTER, lineOf, TIMESTAMP } from './gateway-lines.ts';

const AT = new Date(TIMESTAMP).toISOString();
const line = (values: Record<string, string> = {}, timestamp = TIMESTAMP): GatewayLine => ({
  timestamp,
  message: lineOf(values),
});
const many = (count: number): GatewayLine[] =>
  Array.from({ length: count }, (_, at) => line({ requestId: `request-${at}=` }, TIMESTAMP + at));

/** What the ledger holds, as somebody reads it who comes afterwards. */
async function recorded(disk: Disk): Promise<AccessRecord[]> {
  const store = storeOf(disk);
  await recover(store);
  return (await Array.fromAsync(store.index.bodies('access'))).map((it) => it.body);
}

describe('a line of the access log', () => {
  it('says who was refused, what they asked for and why', () => {
    const token = 'the token has expired';
    expect(refusedAccess(lineOf())).toEqual({
      ...{ by: null, role: null, assessment: null, outcome: 'refused', code: 'gateway-unauthorized' },
      ...{ operation: 'listAssessments', requestId: 'JKJaXmPLvHcESHA=', asked: { error: token, ip: '203.0.113.7' } },
    });
    expect(refusedAccess(lineOf({ status: '403', path: '/v1/evidence/17', 'authorizer.error': '-' }))).toMatchObject({
      ...{ operation: 'getEvidence', asked: { entry: '17', ip: '203.0.113.7' }, code: 'gateway-forbidden' },
    });
  });

  it('of an address that no operation has keeps the address', () => {
    for (const [httpMethod, path] of [
      ['DELETE', '/v1/assessments'],
      ['GET', '/v1/assessments/'],
      ['GET', '/v1Xopenapi.json'],
      ['GET', '/../../etc/passwd'],
    ] as const)
      expect(refusedAccess(lineOf({ httpMethod, path }))).toMatchObject({
        ...{ operation: 'unknownOperation', asked: { method: httpMethod, path, ip: '203.0.113.7' } },
      });
  });

  it('names the operation of every route, and no parameter of one is called as what is kept beside it', () => {
    for (const { method, path, operation, params } of ROUTES) {
      const names = Object.keys(params.shape);
      expect(names).not.toEqual(expect.arrayContaining(['ip']));
      expect(names).not.toEqual(expect.arrayContaining(['error']));
      const asked = path.replaceAll(/\{(\w+)\}/g, 'of-$1');
      expect(refusedAccess(lineOf({ httpMethod: method.toUpperCase(), path: asked }))).toMatchObject({
        operation,
        asked: Object.fromEntries(names.map((name) => [name, `of-${name}`])),
      });
    }
  });

  it('is let through by the subscription exactly where a function was not asked', () => {
    const [asked, status] = ['integrationStatus', 'status'];
    for (const values of [{}, { [status]: '403' }]) expect(lineOf(values)).toMatch(FILTER);
    for (const values of [{ [asked]: '200' }, { [status]: '404' }, { [status]: '200', [asked]: '200' }]) {
      expect(lineOf(values)).not.toMatch(FILTER);
      expect(refusedAccess(lineOf(values))).toBeNull();
    }
    // Whoever writes what the filter looks for into an address gets no entry by it.
    const path = '/"status":"401","integration":"-"';
    expect(lineOf({ path, status: '404' })).toMatch(FILTER);
    expect(refusedAccess(lineOf({ path, status: '404' }))).toBeNull();
  });

  it('cannot be made another, nor be hidden, by the address', () => {
    for (const path of [
      '/"',
      '/","status":"200","request":"other","integration":"200","ip":"198.51.100.1',
      '/","x":{"',
      '\\',
      '/","method":"POST',
    ]) {
      expect(lineOf({ path })).toMatch(FILTER);
      expect(refusedAccess(lineOf({ path }))).toMatchObject({
        ...{ requestId: 'JKJaXmPLvHcESHA=', operation: 'unknownOperation', asked: { ip: '203.0.113.7' } },
      });
    }
  });

  it('has no address that it came from where that is none', () => {
    for (const ip of ['-', 'unknown', '203.0.113.7, 198.51.100.1', '","status":"200', '"', '1'.repeat(46)]) {
      const { asked, requestId } = refusedAccess(lineOf({ 'identity.sourceIp': ip })) ?? {};
      expect({ ip: asked?.ip, requestId }).toEqual({ requestId: 'JKJaXmPLvHcESHA=' });
    }
    const ip = '2001:db8::7';
    expect(refusedAccess(lineOf({ 'identity.sourceIp': ip }))).toMatchObject({ asked: { ip } });
  });

  it('is kept within bounds', () => {
    const { asked } = refusedAccess(lineOf({ path: `/${'a'.repeat(30_000)}` })) ?? {};
    expect(asked?.path).toHaveLength(2048);
    expect(refusedAccess(lineOf({ path: `/${'a'.repeat(70_000)}` }))).toMatchObject({
      ...{ operation: 'unknownOperation', asked: { ip: '203.0.113.7' } },
    });
  });

  it('that cannot be read is none', () => {
    const bad = ['', '{}', 'nonsense', lineOf({ requestId: '' }), lineOf({ status: '-' }), lineOf().slice(0, 40)];
    for (const it of bad) expect(refusedAccess(it)).toBeUndefined();
  });
});

describe('refusals of the gateway', () => {
  it('are sealed at the time of their request', async () => {
    const disk = emptyDisk();
    const lines = [line(), line({ status: '401', integrationStatus: '200', requestId: 'a-function=' })];
    expect(await recordRefusals(storeOf(disk), lines)).toEqual({ lines: 2, refused: 1, recorded: 1 });
    expect(await recorded(disk)).toMatchObject([{ at: AT, by: null, operation: 'listAssessments' }]);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('have one entry each, however often and with whatever others they come', async () => {
    const disk = emptyDisk();
    const lines = many(3);
    await Promise.all([recordRefusals(storeOf(disk), lines), recordRefusals(storeOf(disk), lines)]);
    await recordRefusals(storeOf(disk, { now: '2026-12-01T00:00:00.000Z' }), [...lines, ...lines]);
    await recordRefusals(storeOf(disk), [...many(4).slice(1)]);
    expect((await recorded(disk)).map((it) => it.requestId)).toEqual(many(4).map((_, at) => `request-${at}=`));
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('do not fill the ledger: of a flood there are ten, and the last counts the others', async () => {
    const disk = emptyDisk();
    for (let time = 0; time < 2; time += 1)
      expect(await recordRefusals(storeOf(disk), many(5000))).toEqual({ lines: 5000, refused: 5000, recorded: 10 });
    const entries = await recorded(disk);
    expect(entries.map((it) => it.omitted)).toEqual([...Array(9).fill(undefined), 4990]);
    expect(entries.at(-1)).toMatchObject({ requestId: 'request-4999=' });
    await recordRefusals(
      storeOf(disk),
      many(10).map((it) => ({ ...it, timestamp: 0 })),
    );
    expect((await recorded(disk)).filter((it) => it.omitted !== undefined)).toHaveLength(1);
  });

  it('are sealed although a line among them cannot be read, which is told', async () => {
    const disk = emptyDisk();
    const poison = { timestamp: TIMESTAMP, message: 'poison' };
    const told = recordRefusals(storeOf(disk), [poison, line(), poison]);
    await expect(told).rejects.toMatchObject({
      code: 'gateway-lines-unreadable',
      message: expect.stringMatching(/^2 of 3 /),
    });
    expect(await recorded(disk)).toHaveLength(1);
  });

  it('write nothing where nobody was refused', async () => {
    const disk = emptyDisk();
    const before = disk.objects.size;
    expect(await recordRefusals(storeOf(disk), [line({ status: '404' })])).toEqual({
      lines: 1,
      refused: 0,
      recorded: 0,
    });
    expect(disk.objects.size).toBe(before);
  });

  it('are lost in no fault of the store: tried again, each is there once', async () => {
    let step = 0;
    for (let failing = 0, isOver = false; !isOver; failing += 1) {
      for (const kind of ['fail', 'fail-after'] as const) {
        const disk = emptyDisk();
        step = 0;
        let hit = false;
        const fault = () => {
          hit ||= step === failing;
          return step++ === failing ? kind : 'ok';
        };
        await recordRefusals(storeOf(disk, { fault }), many(2)).catch(() => {});
        await recordRefusals(storeOf(disk), many(2));
        expect(await recorded(disk)).toHaveLength(2);
        expect(await auditOf(disk)).toMatchObject({ ok: true });
        isOver = !hit;
      }
    }
    expect(step).toBeGreaterThan(8);
  });
});
