import { type Aws, population } from '../../service.ts';
import { enabledStandards, hubOf } from './hub.ts';

/** Security Hub in the region: one subject, the same one whether it is on or not. */
export const hubs = population({
  type: 'AWS::SecurityHub::Hub',
  facts: {
    enabled: 'whether Security Hub CSPM is on in the region',
    autoEnableControls:
      'whether new controls of enabled standards are switched on by themselves; null without a hub and where the hub does not say',
    controlFindingGenerator:
      'SECURITY_CONTROL: one finding per control; STANDARD_CONTROL: one per standard; null without a hub and where the hub does not say',
    standards: 'enabled standards [{arn, status: READY, PENDING, INCOMPLETE, DELETING or FAILED}]; empty without a hub',
  },
  permissions: ['securityhub:DescribeHub', 'securityhub:GetEnabledStandards'],
  read(aws) {
    const id = `securityhub:${aws.account}:${aws.region}`;
    return Promise.resolve([{ id, name: aws.region, facts }]);
  },
});

const facts = {
  enabled: async (aws: Aws) => (await hubOf(aws)) !== null,
  autoEnableControls: async (aws: Aws) => (await hubOf(aws))?.AutoEnableControls ?? null,
  controlFindingGenerator: async (aws: Aws) => (await hubOf(aws))?.ControlFindingGenerator ?? null,
  standards: async (aws: Aws) => {
    if ((await hubOf(aws)) === null) return [];
    const listed = await enabledStandards(aws);
    const standards = listed.map((it) => ({ arn: it.StandardsArn, status: it.StandardsStatus }));
    return standards.sort((a, b) => (a.arn < b.arn ? -1 : 1));
  },
};
