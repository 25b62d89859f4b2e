import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/app/collect.ts';
import { ACCOUNT, REGION, request } from './demo.ts';
import { auditOf, brokenDigests, emptyDisk, storeOf } from './store-of.ts';

const WORD = 'ABCXYZabcxyz0189_';

/** Every character that some service lets stand in a name. */
const ALPHABETS = {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  iam: `${WORD}+=,.@-`,
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
  'security group': `${WORD} .-:/()#,@[]+=&;{}!$*`,
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  bucket: 'abcxyz0189.-',
  // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
  'log group': `${WORD}-./#`,
  // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html: a Name tag may hold any letter.
  tag: `${WORD} +-=._:/@äßЖשم語😀e\u0301\u202e\u200b`,
};

describe('names with every legal character', () => {
  it.each(Object.entries(ALPHABETS))('of a %s are kept as they are, counted once and proven', async (_of, alphabet) => {
    const characters = [...alphabet];
    const name = fc.array(fc.constantFrom(...characters), { minLength: 1, maxLength: 64 }).map((it) => it.join(''));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), async (some) => {
        // All of its characters at least once in each run.
        const names = [...new Set([...some, alphabet])];
        const disk = emptyDisk();
        const store = storeOf(disk);
        await collect(store, request(1, { boxes: Object.fromEntries(names.map((it) => [it, { locked: true }])) }));
        const states = [...(await store.index.current('check:demo-box-locked', ACCOUNT, REGION)).values()];
        expect(states.map((it) => it.evidence.name).sort()).toEqual(names.toSorted());
        expect(await brokenDigests(store)).toEqual([]);
        expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
      }),
      { numRuns: 15 },
    );
  });
});
