import { z } from 'zod';
import { type Aws, population } from '../../service.ts';

const EncryptionByDefault = z.object({ EbsEncryptionByDefault: z.boolean() });
const DefaultKey = z.object({ KmsKeyId: z.string() });
const SnapshotAccess = z.object({ State: z.string() });
const ImageAccess = z.object({ ImageBlockPublicAccessState: z.string() });

// Left out where the account has no preference; "no-preference" is what it was set back to:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataDefaultsResponse.html
const preference = z
  .string()
  .optional()
  .transform((it) => (it === undefined || it === 'no-preference' ? null : it));
const MetadataDefaults = z.object({ AccountLevel: z.object({ HttpTokens: preference, HttpEndpoint: preference }) });

/** What the account has set for EC2 in the region: exactly one subject. */
export const regionalSettings = population({
  type: 'AWS::EC2::RegionalSettings',
  facts: {
    ebsEncryptionByDefault: 'whether new EBS volumes and snapshot copies in the region are always encrypted',
    ebsDefaultKmsKeyId: 'KMS key (ARN or alias) for EBS encryption where no other one is named',
    snapshotPublicAccess: 'block public access for EBS snapshots: block-all-sharing, block-new-sharing or unblocked',
    imagePublicAccess: 'block public access for machine images: block-new-sharing or unblocked',
    metadataDefaults:
      'what new instances get for the metadata service unless their launch says otherwise {httpTokens: required or optional, httpEndpoint: enabled or disabled}; null where the account has no preference',
  },
  permissions: [
    'ec2:GetEbsEncryptionByDefault',
    'ec2:GetEbsDefaultKmsKeyId',
    'ec2:GetSnapshotBlockPublicAccessState',
    'ec2:GetImageBlockPublicAccessState',
    'ec2:GetInstanceMetadataDefaults',
  ],
  read(aws) {
    const facts = {
      ebsEncryptionByDefault,
      ebsDefaultKmsKeyId,
      snapshotPublicAccess,
      imagePublicAccess,
      metadataDefaults,
    };
    return Promise.resolve([{ id: `ec2:${aws.account}:${aws.region}`, name: aws.region, facts }]);
  },
});

async function ebsEncryptionByDefault(aws: Aws) {
  return (await aws.get('ec2:GetEbsEncryptionByDefault', {}, EncryptionByDefault)).EbsEncryptionByDefault;
}

async function ebsDefaultKmsKeyId(aws: Aws) {
  return (await aws.get('ec2:GetEbsDefaultKmsKeyId', {}, DefaultKey)).KmsKeyId;
}

async function snapshotPublicAccess(aws: Aws) {
  return (await aws.get('ec2:GetSnapshotBlockPublicAccessState', {}, SnapshotAccess)).State;
}

async function imagePublicAccess(aws: Aws) {
  return (await aws.get('ec2:GetImageBlockPublicAccessState', {}, ImageAccess)).ImageBlockPublicAccessState;
}

async function metadataDefaults(aws: Aws) {
  const { AccountLevel } = await aws.get('ec2:GetInstanceMetadataDefaults', {}, MetadataDefaults);
  return { httpTokens: AccountLevel.HttpTokens, httpEndpoint: AccountLevel.HttpEndpoint };
}
