import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { ROOT } from '../support/run.ts';
import { OSCAL } from './files.ts';
import { type Judge, npmVersion, oneByOne, only, type Pack, type Verdict } from './judge.ts';

const VERSION = '1.2.1';
const SCHEMA = join(ROOT, `../shared/data/oscal/oscal_assessment-results_schema-${VERSION}.json`);
const NO_RULE = 'JSON Schema has no rule between one place and another';

/** NIST's own JSON Schema of OSCAL assessment results. */
export const nistSchema: Judge = {
  name: `ajv, NIST's OSCAL ${VERSION} schema`,
  short: 'NIST',
  version: () => npmVersion('ajv'),
  reads: only(OSCAL),
  cannotNotice: { 'oscal uuid twice': NO_RULE, 'oscal dangling reference': NO_RULE },
  absent: async () => (existsSync(SCHEMA) ? undefined : "NIST's schema is not beside the checkout"),
  judge: oneByOne(judge),
};

async function judge({ folder }: Pack): Promise<Verdict> {
  const validate = await compiled();
  const document = JSON.parse(await readFile(join(folder, OSCAL), 'utf8'));
  return { accepts: validate(document) === true, said: JSON.stringify(validate.errors?.slice(0, 3) ?? 'valid') };
}

let schema: ReturnType<Ajv['compile']> | undefined;
async function compiled(): Promise<ReturnType<Ajv['compile']>> {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  schema ??= ajv.compile(JSON.parse(await readFile(SCHEMA, 'utf8')));
  return schema;
}
