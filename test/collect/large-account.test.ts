import { describe, expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { checkSources } from '../../src/app/catalogue.ts';
import { judgeTask } from '../../src/app/judged.ts';
import { readTask } from '../../src/collect/read-task.ts';
import { service as s3 } from '../../src/collect/resources/s3.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { CallError } from '../../src/model/retrieval.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { account, at } from './table-cloud.ts';

const BUCKETS = 10_000;
const PAGE = 1_000;
const denied: CallError = { kind: 'denied', name: 'AccessDenied', message: 'not allowed', status: 403 };
const unset: CallError = {
  kind: 'rejected',
  name: 'NoSuchPublicAccessBlockConfiguration',
  message: 'none',
  status: 404,
};

type Said = { readonly answer: JsonObject } | { readonly error: CallError };

/** An account with many buckets; what is neither the list nor given is denied. */
function manyBuckets(
  of: number,
  list: (from: number) => Said | undefined = () => undefined,
  others: Readonly<Record<string, Said>> = { GetBucketVersioning: { answer: { Status: 'Enabled' } } },
): Cloud {
  const page = (from: number): Said => {
    const Buckets = Array.from({ length: Math.min(PAGE, of - from) }, (_, i) => ({
      Name: `bucket-${from + i}`,
      BucketRegion: 'eu-west-1',
    }));
    const next = from + PAGE;
    return { answer: next < of ? { Buckets, ContinuationToken: String(next) } : { Buckets } };
  };
  return {
    pause: async () => {},
    async call({ operation, input }) {
      const from = Number(input.ContinuationToken ?? 0);
      const said: Said =
        operation === 'ListBuckets' ? (list(from) ?? page(from)) : (others[operation] ?? { error: denied });
      return { ...said, requestId: null, caller: 'reader', startedAt: at, endedAt: at, attempts: 1, sdk: 'table' };
    },
  };
}

const read = (cloud: Cloud) =>
  readTask({ service: s3, cloud, task: { account, region: 'global', service: 's3' }, at, redact: { secret: 's' } });

const bucketsIn = async (cloud: Cloud) => {
  const [buckets] = (await read(cloud)).populations;
  if (buckets === undefined) throw new Error('no population');
  return buckets;
};

/** A page of the list with buckets from one number to another. */
const pageOf = (from: number, to: number, token?: string): Said => {
  const Buckets = Array.from({ length: to - from }, (_, i) => ({
    Name: `bucket-${from + i}`,
    BucketRegion: 'eu-west-1',
  }));
  return { answer: token === undefined ? { Buckets } : { Buckets, ContinuationToken: token } };
};

describe('an account with ten thousand buckets', { timeout: 60_000 }, () => {
  it('is read to its end, and every bucket is judged', async () => {
    const reading = await read(manyBuckets(BUCKETS));
    const judged = judgeTask(reading, checkSources(await loadCatalogueFiles(), ['AWS::S3::Bucket']));
    const outcomes = (check: string) =>
      Map.groupBy(judged.find((it) => it.source === `check:${check}`)?.subjects ?? [], (it) => it.outcome);
    expect(outcomes('s3-bucket-versioning-enabled').get('compliant')).toHaveLength(BUCKETS);
    // Not one policy could be read, and not one bucket is said to have none.
    expect(outcomes('s3-bucket-policy-not-public').get('inconclusive')).toHaveLength(BUCKETS);
  });

  it('is an unknown population when the last page is lost', async () => {
    const lost = manyBuckets(BUCKETS, (from) => (from === BUCKETS - PAGE ? { error: denied } : undefined));
    const { resources, failure } = await bucketsIn(lost);
    expect(failure).toMatchObject({ operation: 's3:ListBuckets', kind: 'denied' });
    expect(resources).toEqual([]);
  });
});

describe('a list that changes while it is read', () => {
  it('counts a bucket once that moved to a later page', async () => {
    const cloud = manyBuckets(0, (from) => (from === 0 ? pageOf(0, 10, '1') : pageOf(9, 12)));
    expect((await bucketsIn(cloud)).resources.map((it) => it.name)).toHaveLength(12);
  });

  it('takes in what was made before its last page, whatever page that is', async () => {
    const cloud = manyBuckets(0, (from) =>
      from < 3 ? pageOf(from * 10, from * 10 + 10, String(from + 1)) : pageOf(30, 31),
    );
    expect((await bucketsIn(cloud)).resources).toHaveLength(31);
  });

  it('fails where it never ends', async () => {
    const cloud = manyBuckets(0, (from) => pageOf(0, 1, String(from + 1)));
    const { failure } = await bucketsIn(cloud);
    expect(failure).toMatchObject({
      operation: 's3:ListBuckets',
      kind: 'unparsable',
      message: expect.stringContaining('pages'),
    });
  });
});

describe('a policy of the greatest size', () => {
  it('is judged whole: what opens the bucket may stand in its last statement', async () => {
    const closed = Array.from({ length: 90 }, (_, i) => ({
      Sid: `s${i}`,
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:role/reader-${i}` },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::bucket-0/${'x'.repeat(70)}/*`,
    }));
    const open = {
      Sid: 'last',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::bucket-0/*',
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [...closed, open] });
    // 20 KB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
    expect(Policy.length).toBeGreaterThan(19_000);
    expect(Policy.length).toBeLessThanOrEqual(20_480);
    const cloud = manyBuckets(1, undefined, {
      GetBucketPolicy: { answer: { Policy } },
      GetBucketPolicyStatus: { answer: { PolicyStatus: { IsPublic: true } } },
      GetPublicAccessBlock: { error: unset },
    });
    const judged = judgeTask(await read(cloud), checkSources(await loadCatalogueFiles(), ['AWS::S3::Bucket']));
    const [subject] = judged.find((it) => it.source === 'check:s3-bucket-policy-not-public')?.subjects ?? [];
    expect(subject).toMatchObject({ outcome: 'non_compliant', reason: expect.stringContaining('last') });
  });
});
