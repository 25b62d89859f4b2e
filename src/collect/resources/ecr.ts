import type { Service } from '../service.ts';
import { repositories } from './ecr/repositories.ts';

/** Amazon ECR: the private repositories of the region. KMS is asked who manages their keys. */
export const service: Service = {
  id: 'ecr',
  scope: 'regional',
  absences: {
    'ecr:GetLifecyclePolicy': {
      names: ['LifecyclePolicyNotFoundException'],
      source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicy.html',
    },
    'ecr:GetRepositoryPolicy': {
      names: ['RepositoryPolicyNotFoundException'],
      source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRepositoryPolicy.html',
    },
  },
  borrows: ['kms:DescribeKey'],
  populations: [repositories],
};
