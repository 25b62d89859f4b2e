import { z } from 'zod';
import { population } from '../../service.ts';
import { ec2Arn, listWhere } from './pages.ts';

const Data = z.object({
  MetadataOptions: z.object({ HttpTokens: z.string().optional(), HttpEndpoint: z.string().optional() }).optional(),
  NetworkInterfaces: z.array(z.object({ AssociatePublicIpAddress: z.boolean().optional() })).optional(),
});

const Version = z.object({
  LaunchTemplateId: z.string().min(1),
  LaunchTemplateName: z.string(),
  VersionNumber: z.int(),
  LaunchTemplateData: Data,
});

/** Launch templates by their default version, which is used where a launch names no other. */
export const launchTemplates = population({
  type: 'AWS::EC2::LaunchTemplate',
  facts: {
    defaultVersion: 'number of the default version',
    metadataOptions:
      'instance metadata service of the default version {httpTokens: required or optional, httpEndpoint: enabled or disabled}; null is what the template leaves open',
    publicIp: 'whether a network interface of the default version asks for a public IPv4 address',
  },
  permissions: ['ec2:DescribeLaunchTemplateVersions'],
  async read(aws) {
    // Without a template, and with $Default, the call describes that version of every template:
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
    const operation = 'ec2:DescribeLaunchTemplateVersions';
    const input = { Versions: ['$Default'] };
    const listed = await listWhere({ aws, operation, input, at: 'LaunchTemplateVersions', items: Version });
    return listed.map(({ LaunchTemplateId, LaunchTemplateName, VersionNumber, LaunchTemplateData: data }) => ({
      id: ec2Arn(aws, 'launch-template', LaunchTemplateId),
      name: LaunchTemplateName,
      facts: {
        defaultVersion: () => VersionNumber,
        metadataOptions: () => ({
          httpTokens: data.MetadataOptions?.HttpTokens ?? null,
          httpEndpoint: data.MetadataOptions?.HttpEndpoint ?? null,
        }),
        publicIp: () => (data.NetworkInterfaces ?? []).some((it) => it.AssociatePublicIpAddress === true),
      },
    }));
  },
});
