import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { objectJobs } from '../../src/adapters/aws/report-jobs.ts';
import { s3Objects } from '../../src/adapters/aws/s3-objects.ts';
import { parseStoreLocation } from '../../src/adapters/aws/store-location.ts';
import { systemClock } from '../../src/adapters/local/clock.ts';
import { deliveryOf, lineOf, packed } from '../api/gateway-lines.ts';
import { envelope, record } from '../app/watch-events.ts';
import { delivered, deliveredKey } from '../collect/cloudtrail/memory-trail.ts';
import { newInstance, variablesOf } from './grants.ts';
import { ACCOUNT, type Answer, indexOf, invoke, makeStore, ORGANISATION, outputs, REGION, s3 } from './stack.ts';

/** What a function was asked to do and did not do; undefined where it did everything. */
export type Problem = string | undefined;

/** Has a function use everything that its role gives it. */
export type Exercise = () => Promise<Problem>;

/** A second account, which is read through a role of its own. */
const MEMBER = '210987654321';
/** Names nothing in a deployment without a trail; here it is a bucket. */
const TRAIL = 'no-trail';

const location = parseStoreLocation((await outputs()).StoreAddress ?? '');

/** What an answer says that was not done. */
function problemOf({ ok, errorMessage, ...answer }: Answer): Problem {
  if (errorMessage !== undefined) return errorMessage;
  return ok === false ? JSON.stringify(answer) : undefined;
}

const put = (Key: string, Body: string | Uint8Array, Bucket = location.bucket) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body }));

async function emptied(Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
}

/** Takes away the store, so that the next call makes it: the only one who can is the root of the emulator. */
async function takeAway(): Promise<void> {
  await Promise.all([emptied(location.bucket), emptied(location.notaryBucket), (await indexOf()).clear()]);
}

async function made(): Promise<Problem> {
  await takeAway();
  return problemOf(await invoke('init', { organisation: ORGANISATION }));
}

const lease = (holder: string, until: number) =>
  put('state/lease.json', JSON.stringify({ v: 1, holder, until: new Date(until).toISOString() }));

/** Plans a run of one service in two accounts. */
async function planned(services = ['kms'], accounts = [ACCOUNT, MEMBER]): Promise<Answer> {
  await lease('nobody', Date.now());
  return invoke('plan', { execution: randomUUID(), at: new Date().toISOString(), scope: { services, accounts } });
}

async function plannedRun(accounts?: string[]): Promise<{ run: string; tasks: number }> {
  const answer = await planned(['kms'], accounts);
  if (problemOf(answer) !== undefined) throw new Error(`plan: ${problemOf(answer)}`);
  return answer as unknown as { run: string; tasks: number };
}

async function collected(): Promise<Problem> {
  const { run, tasks } = await plannedRun();
  for (let index = 0; index < tasks; index += 1) {
    const answer = await invoke('collect', { run, index });
    const problem = problemOf(answer) ?? (answer.whole === true ? undefined : `task ${index} was not read whole`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function sealed(): Promise<Problem> {
  const { run, tasks } = await plannedRun([ACCOUNT]);
  for (let index = 0; index < tasks; index += 1) await invoke('collect', { run, index });
  return problemOf(await invoke('seal', { run }));
}

/** An access leaves an entry that is not signed, so that the next writer finds the index behind the ledger. */
async function accessed(): Promise<void> {
  const [, status] = await asked('GET', '/v1/accesses');
  if (status !== 200) throw new Error(`api: ${status}`);
}

async function indexed(): Promise<Problem> {
  await accessed();
  return problemOf(await invoke('update-index', {}));
}

let files = 0;
async function ingested(): Promise<Problem> {
  files += 1;
  const eventTime = new Date().toISOString();
  const key = deliveredKey(ACCOUNT, REGION, eventTime.slice(0, 16), `grants${files}`);
  const event = record({ eventID: randomUUID(), recipientAccountId: ACCOUNT, eventTime });
  await put(key, delivered([event]), TRAIL);
  await accessed();
  const answer = await invoke('ingest', { sources: ['trails'], accounts: [ACCOUNT] });
  return problemOf(answer) ?? (answer.failures === 0 ? undefined : `${answer.failures} files or folders were not read`);
}

interface Assessed {
  readonly assessment: string;
  readonly version: number;
}
let newest: Assessed | undefined;
/** After a run: where nothing is new, an assessment has no new version. */
async function assessed(): Promise<Problem> {
  await sealed();
  await accessed();
  const answer = await invoke('assess', { at: new Date().toISOString() });
  newest = (answer.assessed as Assessed[] | undefined)?.[0] ?? newest;
  return problemOf(answer);
}

async function notified(): Promise<Problem> {
  const execution = randomUUID();
  await lease(execution, Date.now() + 3_600_000);
  return problemOf(await invoke('notify', { execution, reached: { error: { Error: 'Test', Cause: 'grants' } } }));
}

/** One event twice: the first time it is kept, the second it is known. */
async function watched(): Promise<Problem> {
  await accessed();
  const eventID = randomUUID();
  const body = JSON.stringify(envelope(record({ eventID, recipientAccountId: ACCOUNT })));
  const attributes = { SentTimestamp: String(Date.now()) };
  for (let times = 0; times < 2; times += 1) {
    const answer = await invoke('watch', { Records: [{ messageId: randomUUID(), body, attributes }] });
    const failed = (answer.batchItemFailures ?? []) as unknown[];
    const problem = problemOf(answer) ?? (failed.length === 0 ? undefined : 'the message was given back');
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** One line of the gateway's log, which nobody has sealed. */
async function refused(): Promise<Problem> {
  const data = packed(deliveryOf([lineOf({ requestId: `${randomUUID()}=` })]));
  return problemOf(await invoke('refusals', { awslogs: { data } }));
}

/** Told of a new upload, so that there is another set. */
async function judged(): Promise<Problem> {
  const rules = await readFile('examples/custom/acme-rules.yaml', 'utf8');
  await put('custom/acme-rules.yaml', `${rules}\n# ${randomUUID()}\n`);
  const answer = await invoke('custom', {});
  return problemOf(answer) ?? (answer.status === 'accepted' ? undefined : JSON.stringify(answer));
}

let unknownBefore: string | undefined;
async function measured(): Promise<Problem> {
  const answer = await invoke('health', {});
  if (answer.errorMessage !== undefined) return answer.errorMessage;
  const unknown = String(answer.unknown);
  unknownBefore ??= unknown;
  return unknown === unknownBefore ? undefined : `not computed: ${unknown}`;
}

const audited = async (): Promise<Problem> => problemOf(await invoke('audit', { covers: 'new' }));

/** Asks the function of the API as API Gateway does once it has verified a token. */
async function asked(
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
): Promise<[unknown, number]> {
  const { WITNESSMARK_ISSUER: iss, WITNESSMARK_AUDIENCE: aud } = await variablesOf('api');
  const groups = '[witnessmark-compliance]';
  const claims = { iss, aud, sub: 'grants', name: 'Grants', exp: '4102444800', 'cognito:groups': groups };
  const [rawPath = '', rawQueryString = ''] = path.split('?');
  const answer = await invoke('api', {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: { host: 'example.execute-api', ...(body === undefined ? {} : { 'content-type': type }) },
    requestContext: {
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'grants' },
      authorizer: { jwt: { claims, scopes: null } },
      ...{ requestId: randomUUID(), domainName: 'example.execute-api', stage: '$default', accountId: ACCOUNT },
    },
    isBase64Encoded: false,
    ...(body === undefined ? {} : { body }),
  });
  return [answer.errorMessage ?? answer.body, Number(answer.statusCode ?? 500)];
}

/** Reads, stores a file and has a report begin. Those that were begun before count as over. */
async function served(): Promise<Problem> {
  const assessment = newest?.assessment ?? '';
  await put('state/open-reports.json', '[]');
  const calls = [
    ['GET', `/v1/evidence?assessment=${assessment}`],
    ['POST', '/v1/attachments', randomUUID(), 'text/plain'],
    ['POST', '/v1/reports', JSON.stringify({ assessment })],
    ['GET', '/v1/reports'],
  ] as const;
  for (const [method, path, ...body] of calls) {
    const [answer, status] = await asked(method, path, ...body);
    if (status >= 300) return `${method} ${path}: ${status} ${answer}`;
    const { error, status: of } = JSON.parse(String(answer)) as { error?: unknown; status?: string };
    if (of === 'failed' || of === 'interrupted') return `${path}: ${JSON.stringify(error)}`;
  }
  return undefined;
}

/** Makes a report in this invocation; nobody else has it begin. */
async function reported(): Promise<Problem> {
  const { bucket } = location;
  const objects = s3Objects({
    bucket,
    client: s3,
    ...(location.encryptionKey === undefined ? {} : { kmsKeyId: location.encryptionKey }),
  });
  await put('state/open-reports.json', '[]');
  const jobs = objectJobs({ objects, folders: async function* () {}, clock: systemClock, start: async () => {} });
  const { assessment = '', version = 0 } = newest ?? {};
  const by = { subject: 'grants', issuer: 'https://example.com' };
  const { id: job } = await jobs.request({ assessment, version, paper: 'A4', timeZone: 'UTC', by });
  return problemOf(await invoke('report', { job, part: 1 }));
}

/** A stack that was kept has been exercised before. */
function isThere(thrown: unknown): void {
  const names = ['EntityAlreadyExists', 'EntityAlreadyExistsException', 'BucketAlreadyOwnedByYou'];
  if (!(thrown instanceof Error) || !names.includes(thrown.name)) throw thrown;
}

/** A role that may be assumed in the second account, and what it reads there. */
async function memberAccount(): Promise<void> {
  const iam = new IAMClient({ credentials: { accessKeyId: MEMBER, secretAccessKey: 'any' } });
  const RoleName = 'WitnessmarkReadOnly';
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' };
  const may = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
  const documentOf = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: documentOf(trust) })).catch(isThere);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument: documentOf(may) }));
}

/** What lies beside the ledger in a store that is used to the full. */
async function configure(): Promise<void> {
  const config = {
    accounts: [ACCOUNT, MEMBER],
    regions: [REGION],
    services: ['kms'],
    assessments: [{ framework: 'soc2-2017', period: { since_start_of: 'month' } }],
  };
  await put('config/deployment.yaml', JSON.stringify(config));
  for (const entry of await readdir('examples/custom', { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) await put(`custom/${file.slice('examples/custom/'.length)}`, await readFile(file));
  }
}

export interface Exercised {
  readonly name: string;
  readonly exercise: Exercise;
  /** What must have been done once before. */
  readonly prepare?: () => Promise<unknown>;
}

const ALL = [
  'plan',
  'collect',
  'seal',
  'update-index',
  'ingest',
  'assess',
  'notify',
  'api',
  'report',
  'health',
  'audit',
  'watch',
  'refusals',
];

/** The functions in an order in which each finds what it needs. */
export const EXERCISES: readonly Exercised[] = [
  { name: 'init', exercise: made },
  { name: 'notary', exercise: made },
  {
    name: 'custom',
    exercise: judged,
    // The store is another one by now, than the one that instances have opened before.
    prepare: () => Promise.all([makeStore(), configure(), memberAccount(), ...ALL.map((it) => newInstance(it))]),
  },
  { name: 'plan', exercise: async () => accessed().then(async () => problemOf(await planned())) },
  { name: 'collect', exercise: collected },
  { name: 'seal', exercise: sealed },
  {
    name: 'ingest',
    exercise: ingested,
    async prepare() {
      const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
      await s3.send(new CreateBucketCommand({ Bucket: TRAIL, CreateBucketConfiguration })).catch(isThere);
      await newInstance('ingest', { WITNESSMARK_TRAIL_BUCKETS: `s3://${TRAIL}` });
    },
  },
  { name: 'assess', exercise: assessed },
  { name: 'notify', exercise: notified },
  { name: 'watch', exercise: watched },
  { name: 'refusals', exercise: refused },
  { name: 'update-index', exercise: indexed },
  {
    name: 'report',
    exercise: reported,
    prepare: async () => Promise.all([assessed(), newInstance('report', await variablesOf('audit'))]),
  },
  // Reports that the API has begun would take the time of everything else: here they end at once.
  {
    name: 'api',
    exercise: served,
    prepare: () => Promise.all([assessed(), newInstance('report', { WITNESSMARK_STORE: '' })]),
  },
  { name: 'audit', exercise: audited },
  { name: 'health', exercise: measured },
];
