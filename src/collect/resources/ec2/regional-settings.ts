import { z } from 'zod';
import { type Aws, population } from '../../service.ts';

const EncryptionByDefault = z.object({ EbsEncryptionByDefault: z.boolean() });
const DefaultKey = z.object({ KmsKeyId: z.string() });

/** What the account has set for EC2 in the region: exactly one subject. */
export const regionalSettings = population({
  type: 'AWS::EC2::RegionalSettings',
  facts: {
    ebsEncryptionByDefault: 'whether new EBS volumes and snapshot copies in the region are always encrypted',
    ebsDefaultKmsKeyId: 'KMS key (ARN or alias) for EBS encryption where no other one is named',
  },
  permissions: ['ec2:GetEbsEncryptionByDefault', 'ec2:GetEbsDefaultKmsKeyId'],
  read(aws) {
    const facts = { ebsEncryptionByDefault, ebsDefaultKmsKeyId };
    return Promise.resolve([{ id: `ec2:${aws.account}:${aws.region}`, name: aws.region, facts }]);
  },
});

async function ebsEncryptionByDefault(aws: Aws) {
  return (await aws.get('ec2:GetEbsEncryptionByDefault', {}, EncryptionByDefault)).EbsEncryptionByDefault;
}

async function ebsDefaultKmsKeyId(aws: Aws) {
  return (await aws.get('ec2:GetEbsDefaultKmsKeyId', {}, DefaultKey)).KmsKeyId;
}
