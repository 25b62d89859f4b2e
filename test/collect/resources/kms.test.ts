import { describe, expect, it } from 'vitest';
import {
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  realAnswers,
  rejected,
  resourceOf,
} from './recorded.ts';

const keys = fixture('kms/three-keys.json');
const TYPE = 'AWS::KMS::Key';
const REGION = 'eu-central-1';
const rotated = '1234abcd-12ab-34cd-56ef-1234567890ab';
const deleted = 'mrk-1234abcd12ab34cd56ef1234567890ab';
const ofAws = 'aaaabbbb-12ab-34cd-56ef-1234567890ab';
const arn = (id: string) => `arn:aws:kms:eu-central-1:111122223333:key/${id}`;

describe('KMS keys', () => {
  it('are found on all pages, those that AWS manages included', async () => {
    const reading = await read('kms', keys, REGION);
    expect(populationOf(reading, TYPE).resources.map((it) => it.id)).toEqual([arn(rotated), arn(ofAws), arn(deleted)]);
    expect(resourceOf(reading, TYPE, ofAws).facts.manager).toBe('AWS');
  });

  it('give every fact', async () => {
    const { facts, failures } = resourceOf(await read('kms', keys, REGION), TYPE, rotated);
    expect(failures).toEqual({});
    expect(facts).toEqual({
      manager: 'CUSTOMER',
      state: 'Enabled',
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
      origin: 'AWS_KMS',
      rotationEnabled: true,
      policy: expect.objectContaining({ Version: '2012-10-17' }),
      deletionDate: null,
    });
  });

  it('say when they are going to be deleted', async () => {
    const { facts } = resourceOf(await read('kms', keys, REGION), TYPE, deleted);
    expect(facts).toMatchObject({ state: 'PendingDeletion', deletionDate: '2026-10-20T00:00:00.000Z' });
  });

  it('are asked for rotation only where KMS offers it', async () => {
    const reading = await read('kms', keys, REGION);
    expect(resourceOf(reading, TYPE, deleted).facts.rotationEnabled).toBeNull();
    expect(resourceOf(reading, TYPE, ofAws).facts.rotationEnabled).toBeNull();
    const asked = reading.retrievals.filter((it) => it.operation === 'GetKeyRotationStatus');
    expect(asked.map((it) => it.input.KeyId)).toEqual([arn(rotated)]);
  });

  it('fail in exactly the facts that need the denied call', async () => {
    const input = { KeyId: arn(rotated) };
    const noRotation = changed(keys, { call: 'kms:GetKeyRotationStatus', input, error: denied });
    const first = resourceOf(await read('kms', noRotation, REGION), TYPE, rotated);
    expect(Object.keys(first.failures)).toEqual(['rotationEnabled']);

    const noDetails = changed(keys, { call: 'kms:DescribeKey', input, error: denied });
    const second = resourceOf(await read('kms', noDetails, REGION), TYPE, rotated);
    expect(Object.keys(second.facts)).toEqual(['policy']);
    expect(second.failures.rotationEnabled).toMatchObject({ operation: 'kms:DescribeKey', kind: 'denied' });
  });

  it('have no policy fact, but a failure, for a missing or malformed policy', async () => {
    const input = { KeyId: arn(rotated), PolicyName: 'default' };
    const missing = changed(keys, { call: 'kms:GetKeyPolicy', input, error: rejected('NotFoundException') });
    const malformed = changed(keys, { call: 'kms:GetKeyPolicy', input, answer: { Policy: '{' } });
    for (const [calls, kind] of [
      [missing, 'rejected'],
      [malformed, 'unparsable'],
    ] as const) {
      const { facts, failures } = resourceOf(await read('kms', calls, REGION), TYPE, rotated);
      expect(failures.policy).toMatchObject({ kind });
      expect(facts).not.toHaveProperty('policy');
    }
  });

  it('are an unknown population when the list is denied or cut off', async () => {
    const refused = changed(keys, { call: 'kms:ListKeys', error: denied });
    const cut = changed(keys, { call: 'kms:ListKeys', answer: { Keys: [], Truncated: true } });
    expect(populationOf(await read('kms', refused, REGION), TYPE).failure).toMatchObject({ kind: 'denied' });
    expect(populationOf(await read('kms', cut, REGION), TYPE).failure).toMatchObject({ kind: 'unparsable' });
  });
});

describe.runIf(hasRealAnswers())('real answers of KMS', () => {
  it('of DescribeKey can be read, those from before key specs excepted', async () => {
    const answers = realAnswers('kms', 'DescribeKey').filter((it) => JSON.stringify(it.data).includes('"KeySpec"'));
    expect(answers.length).toBeGreaterThan(10);
    for (const { data: answer } of answers) {
      const calls = changed(keys, { call: 'kms:DescribeKey', input: { KeyId: arn(rotated) }, answer });
      const { facts } = resourceOf(await read('kms', calls, REGION), TYPE, rotated);
      expect(facts.manager).toMatch(/^(AWS|CUSTOMER)$/);
    }
  });

  it('of GetKeyPolicy can be read', async () => {
    const input = { KeyId: arn(rotated), PolicyName: 'default' };
    for (const { data: answer } of realAnswers('kms', 'GetKeyPolicy')) {
      const calls = changed(keys, { call: 'kms:GetKeyPolicy', input, answer });
      const { facts } = resourceOf(await read('kms', calls, REGION), TYPE, rotated);
      expect(facts.policy).toHaveProperty('Statement');
    }
  });
});
