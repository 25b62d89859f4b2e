import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { invoke, s3 } from '../../test/deploy/stack.ts';
import { expected, type Incident } from './incident.ts';
import { locationOf, witnessmark } from './stack.ts';

/** Somebody who may change the bucket's policy takes it away, and does what it forbids. */
async function withoutPolicy(work: (Bucket: string) => Promise<void>): Promise<void> {
  const { bucket: Bucket } = await locationOf();
  const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  try {
    await work(Bucket);
  } finally {
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }
}

async function firstKey(Prefix: string): Promise<string> {
  const { bucket: Bucket } = await locationOf();
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const key = Contents[0]?.Key;
  expected(key !== undefined, `an object under ${Prefix}`, Contents);
  return key ?? '';
}

/** Removes the newest version of an object, delete markers included: what was there before is there again. */
async function removeNewest(Key: string): Promise<void> {
  await withoutPolicy(async (Bucket) => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    const newest = [...DeleteMarkers, ...Versions].find((it) => it.Key === Key && it.IsLatest);
    expected(newest !== undefined, `versions of ${Key}`, Versions);
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: newest?.VersionId }));
  });
}

const damaged = (name: string, prefix: string, damage: (Bucket: string, Key: string) => Promise<unknown>): Incident => {
  let key = '';
  return {
    name,
    runbook: 'Integrity alarm',
    async breaks() {
      key = await firstKey(prefix);
      await withoutPolicy(async (Bucket) => void (await damage(Bucket, key)));
    },
    async noticed() {
      const { code, stdout } = await witnessmark('audit', '--json');
      const { findings } = JSON.parse(stdout) as { findings: { code: string; object: string }[] };
      const mine = findings.find((it) => it.object.includes(key));
      expected(code === 1 && mine !== undefined, `a finding about ${key}`, findings);
      const nightly = await invoke('audit', {});
      expected(nightly.ok !== true, 'the audit function to fail', nightly);
      return `audit: ${mine?.code}; the nightly audit fails, AuditFailed pages`;
    },
    mends: () => removeNewest(key),
    async mended() {
      const audit = await invoke('audit', {});
      expected(audit.ok === true, 'an audit without findings', audit);
      return 'audit of everything finds nothing, and its result is sealed';
    },
  };
};

const remove = (Bucket: string, Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key }));
const alter = (Bucket: string, Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'altered' }));

/** What the ledger is made of, deleted or altered. */
export const objectIncidents: readonly Incident[] = [
  damaged('a tile is deleted', 'tile/0/', remove),
  damaged('a batch is altered', 'batch/', alter),
  damaged('evidence is altered', 'evidence/', alter),
  damaged('recorded answers are deleted', 'retrievals/', remove),
];
