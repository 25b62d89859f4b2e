import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootsOf } from '../../../src/pack/timestamp/roots.ts';

/** Tokens that openssl made once; `test/fixtures/timestamps/README.md` says how. */
const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../../fixtures/timestamps', name));

export const tokenOf = (name: string): Buffer => file(`${name}.der`);
export const responseNamed = (name: string): Buffer => file(`${name}-response.der`);
export const pemOf = (name: string): string => file(`${name}.pem`).toString('utf8');

/** What was stamped, and its SHA-256. */
export const DATA: Buffer = file('data.txt');
export const IMPRINT: Buffer = createHash('sha256').update(DATA).digest();
export const ROOTS = rootsOf(pemOf('root'), 'root.pem');
