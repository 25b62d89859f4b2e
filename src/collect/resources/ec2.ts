import type { Service } from '../service.ts';
import { images } from './ec2/images.ts';
import { instances } from './ec2/instances.ts';
import { launchTemplates } from './ec2/launch-templates.ts';
import { networkAcls } from './ec2/network-acls.ts';
import { regionalSettings } from './ec2/regional-settings.ts';
import { securityGroups } from './ec2/security-groups.ts';
import { snapshots } from './ec2/snapshots.ts';
import { subnets } from './ec2/subnets.ts';
import { transitGateways } from './ec2/transit-gateways.ts';
import { volumes } from './ec2/volumes.ts';
import { vpcs } from './ec2/vpcs.ts';

/** Amazon EC2 and VPC: what runs, what is stored, the networks and the settings of the region. */
export const service: Service = {
  id: 'ec2',
  scope: 'regional',
  populations: [
    ...[instances, launchTemplates, images, volumes, snapshots],
    ...[securityGroups, networkAcls, subnets, vpcs, transitGateways],
    regionalSettings,
  ],
};
