import type { Service } from '../service.ts';
import { tables } from './dynamodb/tables.ts';

/** Amazon DynamoDB: the tables of the region, replicas of global tables included. */
export const service: Service = {
  id: 'dynamodb',
  scope: 'regional',
  borrows: ['kms:DescribeKey'],
  populations: [tables],
};
