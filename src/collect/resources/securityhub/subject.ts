export interface AsffResource {
  readonly Type: string;
  readonly Id: string;
  readonly Region?: string | undefined;
}

/** Which of our subjects a finding is about. */
export interface Place {
  readonly subject: string;
  readonly resourceType: string;
  readonly name: string;
}

const ACCOUNT = /^AWS::::Account:(\d{12})$/;

/** Names of resource types that do not follow from the name in the finding format. */
const TYPES: Readonly<Record<string, string>> = {
  AwsAccount: 'AWS::::Account',
  AwsEc2SecurityGroup: 'AWS::EC2::SecurityGroup',
  AwsEc2Volume: 'AWS::EC2::Volume',
  AwsEc2Vpc: 'AWS::EC2::VPC',
  AwsEc2Instance: 'AWS::EC2::Instance',
  AwsIamUser: 'AWS::IAM::User',
  AwsIamRole: 'AWS::IAM::Role',
  AwsIamPolicy: 'AWS::IAM::Policy',
  AwsKmsKey: 'AWS::KMS::Key',
  AwsCloudTrailTrail: 'AWS::CloudTrail::Trail',
  AwsS3Bucket: 'AWS::S3::Bucket',
};

/**
 * The subject for a resource that Security Hub names: the same one that our checks use, where that is
 * sure, so that the two judgements of one resource can be laid side by side. Resources have ARNs,
 * accounts `AWS::::Account:<id>`; what has neither stays as Security Hub names it, behind its type.
 */
export function placeOf({ Type, Id }: AsffResource): Place {
  const resourceType = (Object.hasOwn(TYPES, Type) ? TYPES[Type] : undefined) ?? Type;
  const account = ACCOUNT.exec(Id)?.[1];
  if (account !== undefined) return { subject: account, resourceType, name: account };
  const subject = Id.startsWith('arn:') ? Id : `${resourceType}/${Id}`;
  return { subject, resourceType, name: Id.startsWith('arn:') ? nameIn(Id) : Id };
}

/** What follows the account in an ARN, without the type before it where there is one. */
function nameIn(arn: string): string {
  const resource = arn.split(':').slice(5).join(':');
  const name = resource.slice(resource.indexOf('/') + 1);
  return name === '' ? arn : name;
}
