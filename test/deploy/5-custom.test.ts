import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { storeObjects } from '../../src/adapters/aws/store/store.ts';
import { parseStoreLocation, type StoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import { type CustomState, readState } from '../../src/app/custom/state.ts';
import { ACCOUNT, indexOf, makeStore, outputs, runMachine, s3, stepsOf } from './stack.ts';

let location: StoreLocation;
beforeAll(async () => {
  await makeStore();
  location = parseStoreLocation((await outputs()).StoreAddress ?? '');
});

const upload = (path: string, Body: string | Uint8Array) =>
  s3.send(new PutObjectCommand({ Bucket: location.bucket, Key: `custom/${path}`, Body }));

/** The state once the folder was judged with such a result. */
async function judged(status: CustomState['result']['status']): Promise<CustomState> {
  for (let waited = 0; waited < 60; waited += 1) {
    const found = await readState(storeObjects(location));
    if (found?.state.result.status === status && found.state.notice === null) return found.state;
    await setTimeout(1_000);
  }
  throw new Error(`custom/ was not ${status} within a minute`);
}

describe('controls of a user’s own', () => {
  it('are active once they are uploaded, and the next run judges by them', async () => {
    for (const entry of await readdir('examples/custom', { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      if (entry.isFile()) await upload(file.slice('examples/custom/'.length), await readFile(file));
    }
    const { result, active } = await judged('accepted');
    expect(result).toMatchObject({ problems: [], active: active?.sha256 });
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket: 'seeded-without-lock', CreateBucketConfiguration }));
    stepsOf(await runMachine({}));
    const states = await (await indexOf()).current('check:custom-s3-bucket-locked', ACCOUNT, 'global');
    expect(states.get('arn:aws:s3:::seeded-without-lock')?.evidence.outcome).toBe('not_applicable');
    expect(states.size).toBeGreaterThan(1);
  });

  it('stay active while what is uploaded is wrong', async () => {
    const { active } = await judged('accepted');
    await upload('acme-rules.yaml', 'framework: [');
    const refused = await judged('refused');
    expect(refused.active).toEqual(active);
    expect(refused.result.problems[0]).toMatchObject({ file: 'custom/acme-rules.yaml', code: 'catalog-yaml' });
    await upload('acme-rules.yaml', await readFile('examples/custom/acme-rules.yaml'));
    expect((await judged('accepted')).active).toEqual(active);
  });
});
