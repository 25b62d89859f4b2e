import type { Service } from '../service.ts';
import { functions } from './lambda/functions.ts';

/** AWS Lambda: the functions of the region. */
export const service: Service = {
  id: 'lambda',
  scope: 'regional',
  absences: {
    'lambda:GetPolicy': {
      names: ['ResourceNotFoundException'],
      source: 'https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html',
    },
  },
  borrows: ['ec2:DescribeSubnets'],
  populations: [functions],
};
