import type { Aws } from '../../service.ts';

/** Resource type → ARN as our own readers give it, where Config names the resource by the id in it. */
const ARNS: Readonly<Record<string, (aws: Aws, id: string) => string>> = {
  'AWS::S3::Bucket': ({ partition }, id) => `arn:${partition}:s3:::${id}`,
  'AWS::EC2::Instance': (aws, id) => regional(aws, 'ec2', `instance/${id}`),
  'AWS::EC2::SecurityGroup': (aws, id) => regional(aws, 'ec2', `security-group/${id}`),
  'AWS::EC2::Volume': (aws, id) => regional(aws, 'ec2', `volume/${id}`),
  'AWS::EC2::VPC': (aws, id) => regional(aws, 'ec2', `vpc/${id}`),
  'AWS::KMS::Key': (aws, id) => regional(aws, 'kms', `key/${id}`),
  'AWS::CloudTrail::Trail': (aws, id) => regional(aws, 'cloudtrail', `trail/${id}`),
  'AWS::::Account': (_, id) => id,
};

function regional({ partition, region, account }: Aws, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/**
 * The subject for a resource that Config names: the same one that our checks use, where that can be
 * known, so that the two judgements of one resource can be laid side by side; else `<type>/<id>`
 * (Config knows IAM users, roles and policies by their unique ids, which are in no ARN).
 */
export function subjectOf(aws: Aws, type: string, id: string): string {
  if (id.startsWith('arn:')) return id;
  const arn = Object.hasOwn(ARNS, type) ? ARNS[type] : undefined;
  return arn === undefined ? `${type}/${id}` : arn(aws, id);
}
