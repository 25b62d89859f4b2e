import type { Service } from '../service.ts';
import { tables } from './dynamodb/tables.ts';

/** Amazon DynamoDB: the tables of the region, replicas of global tables included. */
export const service: Service = {
  id: 'dynamodb',
  scope: 'regional',
  absences: {
    'dynamodb:GetResourcePolicy': {
      names: ['PolicyNotFoundException'],
      source: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html',
    },
  },
  borrows: ['kms:DescribeKey'],
  populations: [tables],
};
