import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plan } from '../../src/collect/plan.ts';
import { loadService, loadServices, services } from '../../src/collect/services.ts';
import { ResourceType } from '../../src/model/primitives.ts';
import { Task } from '../../src/model/run.ts';

const two = [
  { id: 'kms', scope: 'regional' },
  { id: 'iam', scope: 'global' },
] as const;

describe('plan', () => {
  it('holds a global service once per account and a regional one once per region', () => {
    const tasks = plan({
      accounts: ['222222222222', '111111111111'],
      regions: ['us-east-1', 'eu-west-1'],
      services: two,
    });
    expect(tasks.map((it) => `${it.account} ${it.region} ${it.service}`)).toEqual([
      '111111111111 global iam',
      '111111111111 eu-west-1 kms',
      '111111111111 us-east-1 kms',
      '222222222222 global iam',
      '222222222222 eu-west-1 kms',
      '222222222222 us-east-1 kms',
    ]);
    expect(() => tasks.map((it) => Task.parse(it))).not.toThrow();
  });

  it('is the same whatever the order of the scope, and names nothing twice', () => {
    const accounts = ['111111111111', '222222222222'];
    const regions = ['eu-west-1', 'us-east-1'];
    const one = plan({ accounts, regions, services: two });
    const other = plan({
      accounts: [...accounts, ...accounts].reverse(),
      regions: [...regions, 'global', ...regions].reverse(),
      services: [...two, ...two].reverse(),
    });
    expect(other).toEqual(one);
  });
});

describe('the services', () => {
  it('are exactly the files of the folder, each under its own id', async () => {
    const folder = new URL('../../src/collect/resources/', import.meta.url);
    const files = readdirSync(folder).filter((it) => it.endsWith('.ts'));
    expect(files.map((it) => it.slice(0, -3)).sort()).toEqual(Object.keys(services).sort());
    for (const id of Object.keys(services)) expect((await loadService(id)).id).toBe(id);
  });

  it('have resource types of their own, and a description for every fact', async () => {
    const { services: loaded, factsByType } = await loadServices();
    const types = loaded.flatMap((it) => it.populations.map((reader) => reader.type));
    expect(new Set(types).size).toBe(types.length);
    for (const type of types) expect(ResourceType.parse(type)).toBe(type);
    for (const facts of Object.values(factsByType)) {
      for (const text of Object.values(facts)) expect(text.length).toBeGreaterThan(5);
    }
  });

  it('need read-only permissions, listed once and sorted', async () => {
    const { permissions } = await loadServices();
    expect(permissions).toEqual([...new Set(permissions)].sort());
    for (const action of permissions) {
      expect(action).toMatch(/^[a-z0-9]+:(Get|BatchGet|List|Describe|Lookup|GenerateCredentialReport)[A-Za-z]*$/);
    }
  });

  it('that are not known are an error that names the known ones', async () => {
    await expect(loadService('constructor')).rejects.toMatchObject({ code: 'collect-service-unknown' });
    await expect(loadService('nope')).rejects.toThrow(/cloudtrail, cloudwatch, config/);
  });
});
