import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import type { Json } from '../../src/model/json.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';

const RUN = 'demo/recording/runs/2026-09-28T02-00-00.000Z.jsonl.gz';
const PLACE = { account: '111122223333', region: 'us-east-1', service: 'kms' };

/**
 * A recorded run of one KMS key of another account, of a time that is not before the newest run. The policy of the key is longer than
 * KMS would take, so that its state does not fit into an item of the table.
 */
export async function recordedRun(at: string): Promise<{ readonly file: string; readonly bytes: Uint8Array }> {
  const [, ...lines] = gunzipSync(await readFile(RUN))
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
  const calls = lines.map((it) => JSON.parse(it) as Retrieval).filter(isOfPlace);
  const large = calls.map((it) => (it.operation === 'GetKeyPolicy' ? withAnswer(it, { Policy: largePolicy() }) : it));
  const text = [{ v: 1, at, tasks: [PLACE] }, ...large].map((it) => `${JSON.stringify(it)}\n`).join('');
  return { file: `runs/${at.replaceAll(':', '-')}.jsonl.gz`, bytes: gzipSync(text) };
}

const isOfPlace = ({ account, region, service }: Retrieval): boolean =>
  account === PLACE.account && region === PLACE.region && service === PLACE.service;

const withAnswer = (it: Retrieval, answer: Json): Retrieval => ({
  ...it,
  answer,
  sha256: sha256Hex(canonicalize(answer)),
});

const NAMES = 1_200;
const LETTERS = 100;
/** The same each time: letters in no order, of so many that they do not pack. */
function largePolicy(): string {
  const numbers = createHash('shake256', { outputLength: 2 * NAMES * LETTERS }).digest();
  const letterAt = (at: number): string => String.fromCharCode(0x4e00 + (numbers.readUInt16LE(2 * at) % 0x4000));
  const nameAt = (name: number): string =>
    Array.from({ length: LETTERS }, (_, at) => letterAt(name * LETTERS + at)).join('');
  const Sid = Array.from({ length: NAMES }, (_, at) => nameAt(at)).join(' ');
  const statement = { Sid, Effect: 'Allow', Principal: '*', Action: 'kms:DescribeKey', Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
