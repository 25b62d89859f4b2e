import type { Service } from '../service.ts';
import { functions } from './lambda/functions.ts';

/** AWS Lambda: the functions of the region. */
export const service: Service = {
  id: 'lambda',
  scope: 'regional',
  borrows: ['ec2:DescribeSubnets'],
  populations: [functions],
};
