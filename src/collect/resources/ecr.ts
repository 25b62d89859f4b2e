import type { Service } from '../service.ts';
import { repositories } from './ecr/repositories.ts';

/** Amazon ECR: the private repositories of the region. KMS is asked who manages their keys. */
export const service: Service = {
  id: 'ecr',
  scope: 'regional',
  borrows: ['kms:DescribeKey'],
  populations: [repositories],
};
