import { describe, expect, it } from 'vitest';
import { registryScan } from '../../../src/collect/resources/ecr/scanning.ts';
import { changed, denied, fixture, populationOf, read, readAgain, rejected, resourceOf } from './recorded.ts';

const calls = fixture('ecr/three-repositories.json');
const TYPE = 'AWS::ECR::Repository';
const REGION = 'eu-central-1';
const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const list = { call: 'ecr:DescribeRepositories', input: { maxResults: 1000 } };

describe('ECR repositories', () => {
  it('are found on all pages', async () => {
    const { resources } = populationOf(await read('ecr', calls, REGION), TYPE);
    expect(resources.map((it) => it.name)).toEqual(['plain', 'prod/web', 'test/web']);
    expect(resources[1]?.id).toBe('arn:aws:ecr:eu-central-1:111122223333:repository/prod/web');
  });

  it('give every fact', async () => {
    const { facts, failures } = resourceOf(await read('ecr', calls, REGION), TYPE, 'prod/web');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      tagMutability: 'IMMUTABLE',
      scanOnPush: true,
      registryScan: { scanType: 'ENHANCED', frequencies: ['CONTINUOUS_SCAN', 'SCAN_ON_PUSH'] },
      encryptionType: 'KMS',
      kmsKeyId: key,
      keyManager: 'CUSTOMER',
      lifecyclePolicy: expect.stringContaining('imageCountMoreThan'),
      policy: null,
    });
  });

  it('have null for what ECR says is absent', async () => {
    const { facts } = resourceOf(await read('ecr', calls, REGION), TYPE, 'plain');
    expect(facts).toEqual({
      tagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      scanOnPush: false,
      registryScan: { scanType: 'ENHANCED', frequencies: [] },
      encryptionType: 'AES256',
      kmsKeyId: null,
      keyManager: null,
      lifecyclePolicy: null,
      policy: null,
    });
  });

  it('tell the key of AWS from one of the customer', async () => {
    const { facts } = resourceOf(await read('ecr', calls, REGION), TYPE, 'test/web');
    expect(facts).toMatchObject({ keyManager: 'AWS', policy: { Statement: [{ Sid: 'Pull' }] } });
  });

  it.each([
    ['ecr:GetRegistryScanningConfiguration', {}, 'registryScan'],
    ['ecr:GetLifecyclePolicy', { repositoryName: 'prod/web' }, 'lifecyclePolicy'],
    ['ecr:GetRepositoryPolicy', { repositoryName: 'prod/web' }, 'policy'],
    ['kms:DescribeKey', { KeyId: key }, 'keyManager'],
  ])('lose one fact where %s is denied, or the repository is gone', async (call, input, fact) => {
    for (const error of [denied, rejected('RepositoryNotFoundException', 400)]) {
      const { failures } = resourceOf(
        await read('ecr', changed(calls, { call, input, error }), REGION),
        TYPE,
        'prod/web',
      );
      expect(Object.keys(failures)).toEqual([fact]);
    }
  });

  it('ask for the scanning configuration once', async () => {
    const { retrievals } = await read('ecr', calls, REGION);
    expect(retrievals.filter((it) => it.operation === 'GetRegistryScanningConfiguration')).toHaveLength(1);
  });

  it('are an unknown population when the list is denied or an item lacks a field', async () => {
    const refused = await read('ecr', changed(calls, { ...list, error: denied }), REGION);
    const broken = { repositories: [{ repositoryArn: 'arn', repositoryName: 'x', imageTagMutability: 'MUTABLE' }] };
    const cut = await read('ecr', changed(calls, { ...list, answer: broken }), REGION);
    expect(populationOf(refused, TYPE).failure).toMatchObject({ kind: 'denied' });
    expect(populationOf(cut, TYPE).failure).toMatchObject({ kind: 'unparsable' });
  });

  it('are the same when the recording is read again', async () => {
    const reading = await read('ecr', calls, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});

describe('registryScan', () => {
  const rule = (filter: string) => ({
    scanFrequency: 'SCAN_ON_PUSH',
    repositoryFilters: [{ filter, filterType: 'WILDCARD' as const }],
  });

  it.each([
    ['*', true],
    ['prod*', true],
    ['prod/web', true],
    ['od/w', true],
    ['*/web', true],
    ['test*', false],
    ['prod', true],
    ['web*', false],
  ])('a rule for %j scans prod/web: %s', (filter, expected) => {
    const { frequencies } = registryScan({ scanType: 'BASIC', rules: [rule(filter)] }, 'prod/web');
    expect(frequencies).toEqual(expected ? ['SCAN_ON_PUSH'] : []);
  });
});
