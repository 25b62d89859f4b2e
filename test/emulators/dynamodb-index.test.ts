import { afterAll } from 'vitest';
import { evidenceIndexFaults } from '../ports/evidence-index.faults.ts';
import { evidenceIndexSuite } from '../ports/evidence-index.suite.ts';
import { startDynamodbLocal } from './support/dynamodb-local.ts';

const dynamo = await startDynamodbLocal();
afterAll(() => dynamo.stop());

evidenceIndexSuite('dynamodb, as DynamoDB Local has it', dynamo.newIndex);
evidenceIndexFaults('DynamoDB Local', dynamo, { every: 1, ledgers: 30 });
