import { describe, expect, it } from 'vitest';
import {
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  readAgain,
  realAnswers,
  rejected,
  resourceOf,
} from './recorded.ts';

const secrets = fixture('secretsmanager/secrets.json');
const TYPE = 'AWS::SecretsManager::Secret';
const REGION = 'eu-west-1';
const arn = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;
const policyOf = { call: 'secretsmanager:GetResourcePolicy', input: { SecretId: arn('db') } };

describe('secrets', () => {
  it('are found on all pages, those that wait to be deleted excepted', async () => {
    const { resources } = populationOf(await read('secretsmanager', secrets, REGION), TYPE);
    expect(resources.map((it) => it.id)).toEqual([arn('db'), arn('plain'), arn('rds!db-1')]);
  });

  it('give every fact', async () => {
    const { facts, failures } = resourceOf(await read('secretsmanager', secrets, REGION), TYPE, 'db');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      kmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      rotationEnabled: true,
      lastRotated: '2026-09-15T09:16:45.576Z',
      lastAccessed: '2026-09-30T00:00:00.000Z',
      created: '2024-08-23T15:32:20.440Z',
      owningService: null,
      primaryRegion: 'us-east-1',
      policy: expect.objectContaining({ Version: '2012-10-17' }),
    });
  });

  it('have neither key, rotation, use nor policy where the answers leave them out', async () => {
    const { facts, failures } = resourceOf(await read('secretsmanager', secrets, REGION), TYPE, 'plain');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      kmsKeyId: null,
      rotationEnabled: false,
      lastRotated: null,
      lastAccessed: null,
      created: '2025-02-01T09:31:12.200Z',
      owningService: null,
      primaryRegion: null,
      policy: null,
    });
  });

  it('say which service manages them', async () => {
    const { facts } = resourceOf(await read('secretsmanager', secrets, REGION), TYPE, 'rds!db-1');
    expect(facts).toMatchObject({ owningService: 'rds', rotationEnabled: true });
  });

  it('fail in the policy alone where it is denied, gone or malformed', async () => {
    for (const [change, kind] of [
      [{ error: denied }, 'denied'],
      [{ error: rejected('ResourceNotFoundException', 400) }, 'rejected'],
      [{ answer: { ResourcePolicy: '{' } }, 'unparsable'],
    ] as const) {
      const calls = changed(secrets, { ...policyOf, ...change });
      const { failures } = resourceOf(await read('secretsmanager', calls, REGION), TYPE, 'db');
      expect(Object.keys(failures)).toEqual(['policy']);
      expect(failures.policy).toMatchObject({ kind, operation: 'secretsmanager:GetResourcePolicy' });
    }
  });

  it('fail in the time of their making alone where the list has none', async () => {
    const answer = { SecretList: [{ ARN: arn('db'), Name: 'db' }] };
    const calls = changed(secrets, { call: 'secretsmanager:ListSecrets', answer });
    const { failures } = resourceOf(await read('secretsmanager', calls, REGION), TYPE, 'db');
    expect(Object.keys(failures)).toEqual(['created']);
    expect(failures.created).toMatchObject({ kind: 'unparsable' });
  });

  it('are an unknown population when any page of the list is denied', async () => {
    for (const input of [{}, { NextToken: 'page-2' }]) {
      const calls = changed(secrets, { call: 'secretsmanager:ListSecrets', input, error: denied });
      const { failure } = populationOf(await read('secretsmanager', calls, REGION), TYPE);
      expect(failure).toMatchObject({ kind: 'denied', operation: 'secretsmanager:ListSecrets' });
    }
  });

  it('read the same from their recording', async () => {
    const first = await read('secretsmanager', secrets, REGION);
    expect((await readAgain(first)).populations).toEqual(first.populations);
  });
});

describe.runIf(hasRealAnswers())('real answers of Secrets Manager', () => {
  it('of ListSecrets give secrets whose use and key are known', async () => {
    const answers = realAnswers('secretsmanager', 'ListSecrets');
    expect(answers.length).toBeGreaterThan(10);
    for (const { data: answer } of answers) {
      const reading = await read('secretsmanager', [{ call: 'secretsmanager:ListSecrets', answer }], REGION);
      const { resources, failure } = populationOf(reading, TYPE);
      expect(failure).toBeUndefined();
      for (const it of resources) expect(Object.keys(it.failures)).not.toContain('lastAccessed');
    }
  });

  it('of GetResourcePolicy give a policy or its absence', async () => {
    const answers = realAnswers('secretsmanager', 'GetResourcePolicy');
    expect(answers.length).toBeGreaterThan(3);
    for (const { data: answer } of answers) {
      const { facts } = resourceOf(
        await read('secretsmanager', changed(secrets, { ...policyOf, answer }), REGION),
        TYPE,
        'db',
      );
      if (answer.ResourcePolicy === undefined) expect(facts.policy).toBeNull();
      else expect(facts.policy).toHaveProperty('Statement');
    }
  });
});
