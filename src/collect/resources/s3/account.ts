import { population } from '../../service.ts';
import { accountPublicAccessBlock } from './public-access-block.ts';

/** What the account has set for all of its buckets: exactly one subject, configured or not. */
export const accountBlock = population({
  type: 'AWS::S3::AccountPublicAccessBlock',
  facts: {
    publicAccessBlock:
      'Block Public Access of the account {blockPublicAcls, ignorePublicAcls, blockPublicPolicy, restrictPublicBuckets}; null where the account has none',
  },
  permissions: ['s3:GetAccountPublicAccessBlock'],
  read(aws) {
    const facts = { publicAccessBlock: accountPublicAccessBlock };
    return Promise.resolve([{ id: `s3:${aws.account}`, name: aws.account, facts }]);
  },
});
