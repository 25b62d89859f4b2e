import { afterAll } from 'vitest';
import { evidenceIndexFaults } from '../ports/evidence-index.faults.ts';
import { startDynalite } from './dynamodb.ts';

const dynamo = await startDynalite();
afterAll(() => dynamo.stop());

evidenceIndexFaults('dynalite', dynamo, { every: 15, ledgers: 2 });
