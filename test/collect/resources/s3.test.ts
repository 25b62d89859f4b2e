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

const buckets = fixture('s3/two-buckets.json');
const TYPE = 'AWS::S3::Bucket';
const records = { Bucket: 'records' };
const ofAccount = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: false,
  restrictPublicBuckets: false,
};

describe('S3 buckets', () => {
  it('are found on all pages, each with its own region', async () => {
    const { resources } = populationOf(await read('s3', buckets), TYPE);
    expect(resources.map((it) => [it.id, it.region])).toEqual([
      ['arn:aws:s3:::bare', 'eu-west-1'],
      ['arn:aws:s3:::records', 'eu-central-1'],
    ]);
  });

  it('are in us-east-1 where no location is given', async () => {
    for (const answer of [{}, { LocationConstraint: null }, { LocationConstraint: '' }]) {
      const calls = changed(buckets, { call: 's3:GetBucketLocation', input: { Bucket: 'bare' }, answer });
      expect(resourceOf(await read('s3', calls), TYPE, 'bare').region).toBe('us-east-1');
    }
  });

  it('give every fact of a configured bucket', async () => {
    const { facts, failures } = resourceOf(await read('s3', buckets), TYPE, 'records');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      policy: expect.objectContaining({ Version: '2012-10-17' }),
      policyStatusPublic: false,
      encryption: {
        algorithm: 'aws:kms',
        kmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
        bucketKey: true,
      },
      publicAccessBlock: {
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: true,
        restrictPublicBuckets: true,
      },
      acl: [{ grantee: expect.stringMatching(/^79a59df9/), permission: 'FULL_CONTROL' }],
      versioning: { status: 'Enabled', mfaDelete: false },
      logging: { targetBucket: 'access-logs', targetPrefix: 'records/' },
      objectLock: { enabled: true, mode: 'COMPLIANCE', days: 365, years: null },
      lifecycle: [{ id: 'old-versions', status: 'Enabled' }],
      ownership: 'BucketOwnerEnforced',
      accountPublicAccessBlock: ofAccount,
      policyOtherAccounts: [],
      replication: [{ id: 'all', status: 'Enabled', destination: 'arn:aws:s3:::copies' }],
      notifications: [
        { kind: 'topic', events: ['s3:ObjectRemoved:*'] },
        { kind: 'eventbridge', events: ['*'] },
      ],
    });
  });

  it('have null or empty facts where S3 says that nothing is configured', async () => {
    const { facts, failures } = resourceOf(await read('s3', buckets), TYPE, 'bare');
    expect(failures).toEqual({});
    expect(facts).toMatchObject({
      policy: null,
      policyStatusPublic: null,
      encryption: null,
      publicAccessBlock: null,
      versioning: { status: 'Off', mfaDelete: false },
      logging: null,
      objectLock: null,
      lifecycle: [],
      ownership: null,
      policyOtherAccounts: [],
      replication: [],
      notifications: [],
    });
    expect(facts.acl).toContainEqual({
      grantee: 'http://acs.amazonaws.com/groups/global/AllUsers',
      permission: 'READ',
    });
  });

  it('fail in exactly the fact that was denied', async () => {
    const calls = changed(buckets, { call: 's3:GetBucketEncryption', input: records, error: denied });
    const { facts, failures } = resourceOf(await read('s3', calls), TYPE, 'records');
    expect(Object.keys(failures)).toEqual(['encryption']);
    expect(failures.encryption).toMatchObject({ operation: 's3:GetBucketEncryption', kind: 'denied' });
    expect(facts).not.toHaveProperty('encryption');
    expect(facts.versioning).toEqual({ status: 'Enabled', mfaDelete: false });
  });

  it.each([
    ['replication', 's3:GetBucketReplication', records],
    ['notifications', 's3:GetBucketNotificationConfiguration', records],
    ['accountPublicAccessBlock', 's3control:GetPublicAccessBlock', { AccountId: '111122223333' }],
  ])('fail in %s alone when %s is denied', async (fact, call, input) => {
    const reading = await read('s3', changed(buckets, { call, input, error: denied }));
    const { failures } = resourceOf(reading, TYPE, 'records');
    expect(Object.keys(failures)).toEqual([fact]);
    expect(failures[fact]).toMatchObject({ operation: call, kind: 'denied' });
  });

  it('do not take any other error for absence', async () => {
    for (const name of ['NoSuchBucket', 'NoSuchKey', 'MethodNotAllowed']) {
      const calls = changed(buckets, { call: 's3:GetBucketPolicy', input: records, error: rejected(name) });
      const { failures } = resourceOf(await read('s3', calls), TYPE, 'records');
      expect(failures.policy).toMatchObject({ kind: 'rejected', name });
    }
  });

  it.each([
    ['cut short', '{"Version":"2012-10-17","Statement":['],
    ['not an object', '"policy"'],
    ['without a statement', '{"Version":"2012-10-17"}'],
    ['nested without end', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['larger than any policy', JSON.stringify({ Statement: ['x'.repeat(200_000)] })],
  ])('have no policy fact, but a failure, for a policy that is %s', async (_, Policy) => {
    const calls = changed(buckets, { call: 's3:GetBucketPolicy', input: records, answer: { Policy } });
    const { facts, failures } = resourceOf(await read('s3', calls), TYPE, 'records');
    expect(failures.policy).toMatchObject({ kind: 'unparsable', operation: 's3:GetBucketPolicy' });
    expect(facts).not.toHaveProperty('policy');
    expect(facts.policyStatusPublic).toBe(false);
  });

  it('are an unknown population when the list, a page of it or a region cannot be read', async () => {
    const input = { MaxBuckets: 1000 };
    for (const change of [
      { call: 's3:ListBuckets', input, error: denied },
      { call: 's3:ListBuckets', input: { ...input, ContinuationToken: 'page-2' }, error: denied },
      { call: 's3:GetBucketLocation', input: { Bucket: 'bare' }, error: denied },
    ]) {
      const population = populationOf(await read('s3', changed(buckets, change)), TYPE);
      expect(population.failure).toMatchObject({ kind: 'denied' });
      expect(population.resources).toEqual([]);
    }
  });

  it('are none, without a failure, in an account without buckets', async () => {
    const calls = [{ call: 's3:ListBuckets', input: { MaxBuckets: 1000 }, answer: { Buckets: [] } }];
    const population = populationOf(await read('s3', calls), TYPE);
    expect(population.resources).toEqual([]);
    expect(population).not.toHaveProperty('failure');
  });
});

describe('Block Public Access of the account', () => {
  const call = 's3control:GetPublicAccessBlock';
  const input = { AccountId: '111122223333' };
  const ACCOUNT_TYPE = 'AWS::S3::AccountPublicAccessBlock';

  it('is a subject of its own and a fact of each bucket, asked for once', async () => {
    const reading = await read('s3', buckets);
    const { id, facts, failures } = resourceOf(reading, ACCOUNT_TYPE, '111122223333');
    expect([id, facts, failures]).toEqual(['s3:111122223333', { publicAccessBlock: ofAccount }, {}]);
    expect(resourceOf(reading, TYPE, 'bare').facts.accountPublicAccessBlock).toEqual(ofAccount);
    const asked = reading.retrievals.filter((it) => it.service === 's3control');
    expect(asked.map((it) => it.input)).toEqual([input]);
  });

  it('is null only where S3 says that there is none', async () => {
    const none = changed(buckets, { call, input, error: rejected('NoSuchPublicAccessBlockConfiguration') });
    const other = changed(buckets, { call, input, error: rejected('NoSuchBucket') });
    expect(resourceOf(await read('s3', none), ACCOUNT_TYPE, '111122223333').facts.publicAccessBlock).toBeNull();
    const { facts, failures } = resourceOf(await read('s3', other), ACCOUNT_TYPE, '111122223333');
    expect([Object.keys(facts), Object.keys(failures)]).toEqual([[], ['publicAccessBlock']]);
  });

  it('gives the same facts from what was stored', async () => {
    const reading = await read('s3', buckets);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});

describe.runIf(hasRealAnswers())('real answers of S3', () => {
  it.each([
    ['GetBucketPolicy', 'policy'],
    ['GetBucketEncryption', 'encryption'],
    ['GetPublicAccessBlock', 'publicAccessBlock'],
    ['GetBucketAcl', 'acl'],
    ['GetBucketVersioning', 'versioning'],
    ['GetBucketLogging', 'logging'],
    ['GetObjectLockConfiguration', 'objectLock'],
    ['GetBucketLifecycleConfiguration', 'lifecycle'],
    ['GetBucketOwnershipControls', 'ownership'],
    ['GetBucketReplication', 'replication'],
    ['GetBucketNotificationConfiguration', 'notifications'],
  ])('of %s can all be read', async (operation, fact) => {
    const answers = realAnswers('s3', operation);
    expect(answers.length).toBeGreaterThan(0);
    for (const { data: answer } of answers) {
      const calls = changed(buckets, { call: `s3:${operation}`, input: records, answer });
      const { facts, failures } = resourceOf(await read('s3', calls), TYPE, 'records');
      expect(failures[fact]).toBeUndefined();
      expect(facts[fact]).toBeDefined();
    }
  });
});
