import type { Service } from '../service.ts';
import { instances } from './ec2/instances.ts';
import { regionalSettings } from './ec2/regional-settings.ts';
import { securityGroups } from './ec2/security-groups.ts';
import { volumes } from './ec2/volumes.ts';
import { vpcs } from './ec2/vpcs.ts';

/** Amazon EC2: instances, security groups, volumes, VPCs and the settings of the region. */
export const service: Service = {
  id: 'ec2',
  scope: 'regional',
  populations: [instances, securityGroups, volumes, vpcs, regionalSettings],
};
