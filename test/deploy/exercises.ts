import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DisableRuleCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { objectJobs } from '../../src/adapters/aws/reports/report-jobs.ts';
import { s3Objects } from '../../src/adapters/aws/s3/objects.ts';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import { systemClock } from '../../src/adapters/local/clock.ts';
import { LOOKUP } from '../../src/collect/cloudtrail/lookup-window.ts';
import type { ReportJob } from '../../src/model/report-job.ts';
import { deliveryOf, lineOf, packed } from '../api/gateway-lines.ts';
import { envelope, record } from '../app/watch-events.ts';
import { delivered, deliveredKey } from '../collect/cloudtrail/memory-trail.ts';
import type { Asked } from '../emulators/support/fault-proxy.ts';
import { withFault } from './faults.ts';
import { grantsOf, newInstance, policyOf, setPolicy, variablesOf, without } from './grants.ts';
import { recordedRun } from './recorded.ts';
import { ACCOUNT, type Answer, indexOf, invoke, makeStore, outputs, REGION, s3 } from './stack.ts';

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

/** One exercise after the other, up to the first that has a problem. */
const inTurn =
  (...exercises: readonly Exercise[]): Exercise =>
  async () => {
    for (const exercise of exercises) {
      const problem = await exercise();
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

/** Takes away objects with all their versions: the only one who can is the root of the emulator. */
async function emptied(Bucket: string, isKept: (key: string) => boolean = () => false): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const all = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({ Key, VersionId }));
    const Objects = all.filter(({ Key }) => !isKept(Key));
    if (Objects.length === 0) return;
    // Some are locked: see retained.ts.
    const lock = { BypassGovernanceRetention: true };
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true }, ...lock }));
  }
}

const takeAway = async (isKept?: (key: string) => boolean): Promise<unknown> =>
  Promise.all([emptied(location.bucket, isKept), emptied(location.notaryBucket), (await indexOf()).clear()]);

async function made(): Promise<Problem> {
  await takeAway();
  return problemOf(await makeStore());
}

/** Repeats a call that was cut off before it sealed anything; an access was sealed since, and is not in the index yet. */
async function madeInTwo(): Promise<Problem> {
  await takeAway((key) => key === 'store.json' || key.startsWith('trust/'));
  await accessed();
  const problem = await published();
  await (await indexOf()).clear();
  return problem ?? problemOf(await makeStore());
}

/** Leaves a checkpoint that was signed and never published, as a writer does that is cut off in between. */
async function unpublished(): Promise<void> {
  const newest = { Bucket: location.bucket, Prefix: 'checkpoint' };
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand(newest));
  const { VersionId } = Versions.find((it) => it.Key === 'checkpoint' && it.IsLatest) ?? {};
  await s3.send(new DeleteObjectCommand({ Bucket: location.bucket, Key: 'checkpoint', VersionId }));
}

const lease = (holder: string, until: number) =>
  put('state/lease.json', JSON.stringify({ v: 1, holder, until: new Date(until).toISOString() }));

type Scope = { readonly accounts: readonly string[] } | { readonly recording: string };

async function recording(): Promise<Scope> {
  const { file, bytes } = await recordedRun(new Date().toISOString());
  await put(`recording/${file}`, bytes);
  return { recording: file };
}

/** Plans a run of one service. */
async function planned(scope: Scope): Promise<Answer> {
  await lease('nobody', Date.now());
  const at = new Date().toISOString();
  return invoke('plan', { execution: randomUUID(), at, scope: { services: ['kms'], ...scope } });
}

async function plannedRun(scope: Scope): Promise<{ run: string; tasks: number }> {
  const answer = await planned(scope);
  if (problemOf(answer) !== undefined) throw new Error(`plan: ${problemOf(answer)}`);
  return answer as unknown as { run: string; tasks: number };
}

async function collectedOf(scope: Scope): Promise<Problem> {
  const { run, tasks } = await plannedRun(scope);
  for (let index = 0; index < tasks; index += 1) {
    const answer = await invoke('collect', { run, index });
    const problem = problemOf(answer) ?? (answer.whole === true ? undefined : `task ${index} was not read whole`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

async function sealedOf(scope: Scope): Promise<Problem> {
  const { run, tasks } = await plannedRun(scope);
  for (let index = 0; index < tasks; index += 1) await invoke('collect', { run, index });
  return problemOf(await invoke('seal', { run }));
}

const BOTH = { accounts: [ACCOUNT, MEMBER] };
const sealed = (): Promise<Problem> => sealedOf({ accounts: [ACCOUNT] });

/** An access leaves an entry that is not signed, so that the next writer finds the index behind the ledger. */
async function accessed(): Promise<void> {
  const [, status] = await asked('GET', '/v1/accesses');
  if (status !== 200) throw new Error(`api: ${status}`);
}

const published = async (): Promise<Problem> => problemOf(await invoke('update-index', {}));

async function indexed(): Promise<Problem> {
  await accessed();
  return published();
}

async function indexedAfterAnother(): Promise<Problem> {
  await unpublished();
  return published();
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

/**
 * The event history of another account, whose role may not read it: a look takes hundreds of calls, two a second, and one
 * that is refused ends with the first. It is kept, and the run says what refused; of an account that is known, it is said once.
 */
async function lookedUp(): Promise<Problem> {
  const account = `3${String(Date.now()).slice(-11)}`;
  await Promise.all([memberAccount(account), configure([ACCOUNT, MEMBER, account])]);
  const answer = await invoke('ingest', { sources: ['lookup'], accounts: [account] });
  const [run = ''] = (answer.runs ?? []) as string[];
  const told = await Array.fromAsync((await indexOf()).bodies('run', { run }));
  const failures = told.flatMap(({ body }) => body.failed.flatMap((it) => it.failures));
  const isRefused =
    failures.length > 0 && failures.every((it) => it.operation === LOOKUP && !it.message.includes('sts:AssumeRole'));
  return problemOf(answer) ?? (isRefused ? undefined : `the event history was not asked: ${JSON.stringify(failures)}`);
}

interface Assessed {
  readonly assessment: string;
  readonly version: number;
}
let newest: Assessed | undefined;
/** After an exception was stated: where nothing is new, an assessment has no new version. */
async function assessed(): Promise<Problem> {
  const problem = await stated();
  if (problem !== undefined) return problem;
  await accessed();
  const answer = await invoke('assess', { at: new Date().toISOString() });
  const [made] = (answer.assessed ?? []) as Assessed[];
  newest = made ?? newest;
  return problemOf(answer) ?? (made === undefined ? `nothing was assessed: ${JSON.stringify(answer)}` : undefined);
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

/** Has nobody else judge the folder meanwhile, as what is told of an upload does. */
async function quietly(): Promise<void> {
  const events = new EventBridgeClient({});
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const { Name } = Rules.find((it) => it.Description?.startsWith("The user's own checks")) ?? {};
  await events.send(new DisableRuleCommand({ Name }));
}

const SPARES = 40;
let spares = 0;
/** Frameworks to be removed one by one: after an upload the function waits until nothing came for ten seconds. */
async function spare(): Promise<void> {
  const rules = await readFile('examples/custom/acme-rules.yaml', 'utf8');
  for (spares = 0; spares < SPARES; spares += 1) {
    const framework = `spare-${spares}`;
    await put(`custom/${framework}.yaml`, rules.replace('framework: acme-rules', `framework: ${framework}`));
  }
}

/** Told of a removal, so that there is another set. */
async function judged(): Promise<Problem> {
  if (spares === 0) await spare();
  spares -= 1;
  await s3.send(new DeleteObjectCommand({ Bucket: location.bucket, Key: `custom/spare-${spares}.yaml` }));
  const answer = await invoke('custom', {});
  return problemOf(answer) ?? (answer.status === 'accepted' ? undefined : JSON.stringify(answer));
}

/** Leaves the index behind the ledger, as a writer does that may sign and not index. */
async function signedOnly(): Promise<void> {
  const policy = await policyOf('update-index');
  await setPolicy(
    'update-index',
    without(
      policy,
      grantsOf(policy).filter(({ sid }) => sid === 'WriteIndex'),
    ),
  );
  await accessed();
  await published();
  await setPolicy('update-index', policy);
}

/** What it could not compute with every grant; the rest it must. */
let unknownAnyway: readonly string[] | undefined;
async function measured(): Promise<Problem> {
  await signedOnly();
  const answer = await invoke('health', {});
  if (answer.errorMessage !== undefined) return answer.errorMessage;
  const unknown = (answer.unknown ?? []) as string[];
  unknownAnyway ??= unknown;
  const missing = unknown.filter((it) => !unknownAnyway?.includes(it));
  return missing.length === 0 ? undefined : `not computed: ${missing.join(', ')}`;
}

/** Goes on from the audit before, where there is one, and does not begin anew. */
async function audited(): Promise<Problem> {
  const records = async () => Array.fromAsync((await indexOf()).bodies('audit'));
  const before = await records();
  const problem = problemOf(await invoke('audit', { covers: 'new' }));
  const last = (await records()).at(-1)?.body;
  if (problem !== undefined || before.length === 0) return problem;
  return last?.covered === 'log_and_new' ? undefined : `it audited the ${last?.covered} store, and not what is new`;
}

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

type Call = readonly [method: string, path: string, body?: string, type?: string];

async function answered([method, path, ...body]: Call): Promise<Problem> {
  const [answer, status] = await asked(method, path, ...body);
  if (status >= 300) return `${method} ${path}: ${status} ${answer}`;
  const { error, status: of } = JSON.parse(String(answer)) as { error?: unknown; status?: string };
  return of === 'failed' || of === 'interrupted' ? `${path}: ${JSON.stringify(error)}` : undefined;
}

/** An exception that nobody has stated before, which is sealed and signed before the API answers. */
const stated = (): Promise<Problem> =>
  answered([
    ...(['POST', '/v1/exceptions'] as const),
    JSON.stringify({
      ...{ id: randomUUID(), source: 'check:kms-key-rotation-enabled', subject: 'arn:aws:kms:*', owner: 'Dana Levy' },
      ...{ expires: '2099-12-31', reason: 'It is stated so that something is new.' },
    }),
  ]);

/** Reads, states, stores a file and has a report begin. Those that were begun before count as over. */
async function served(): Promise<Problem> {
  const assessment = newest?.assessment ?? '';
  await put('state/open-reports.json', '[]');
  const calls: readonly Call[] = [
    ['GET', `/v1/evidence?assessment=${assessment}`],
    ['POST', '/v1/attachments', randomUUID(), 'text/plain'],
    ['POST', '/v1/reports', JSON.stringify({ assessment })],
    ['GET', '/v1/reports'],
  ];
  return inTurn(stated, ...calls.map((call) => () => answered(call)))();
}

/** Asks for a report that nobody else has begin. */
async function requested(): Promise<string> {
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
  return (await jobs.request({ assessment, version, paper: 'A4', timeZone: 'UTC', by })).id;
}

async function jobOf(id: string): Promise<ReportJob> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: location.bucket, Key: `reports/${id}/job.json` }));
  return (JSON.parse((await Body?.transformToString()) ?? '{}') as { job: ReportJob }).job;
}

/** Name of the newest report. */
let report = '';
/** Makes a report in this invocation, of an assessment that has none: then there is something to seal. */
async function reported(): Promise<Problem> {
  const unassessed = await assessed();
  const job = await requested();
  const problem = unassessed ?? problemOf(await invoke('report', { job, part: 1 }));
  ({ report = '' } = await jobOf(job));
  return problem;
}

/** Makes it again, after somebody who was killed while they uploaded a file of it. */
async function reportedAgain(): Promise<Problem> {
  const job = await requested();
  const [Bucket, Prefix] = [location.bucket, `reports/${job}/${report}/`];
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: `${Prefix}data/cut-off` }));
  const problem = problemOf(await invoke('report', { job, part: 1 }));
  if (problem !== undefined) return problem;
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
  return Uploads.length === 0 ? undefined : 'an upload that was cut off before was not ended';
}

/** The function hands over when 45 of its seconds are left. */
const TURN_SECONDS = 53;
const SLOW_MS = 250;

/** Makes it again in more than one turn: S3 takes its time with each file of the first. */
async function handedOver(): Promise<Problem> {
  const job = await requested();
  let isFirst = true;
  const slow = ({ method, path }: Asked) =>
    isFirst && method === 'PUT' && path.includes(`/${report}/`) ? setTimeout(SLOW_MS, undefined) : undefined;
  await newInstance('report', {}, TURN_SECONDS);
  try {
    return await withFault({ name: 'report', service: 'S3' }, slow, async () => {
      const answer = await invoke('report', { job, part: 1 });
      isFirst = false;
      const isOne = answer.part === 2 ? undefined : `one turn was enough: ${JSON.stringify(answer)}`;
      return problemOf(answer) ?? isOne ?? (await ended(job));
    });
  } finally {
    await newInstance('report', {}, 900);
  }
}

const TURNS_MS = 60_000;

/** Waits for turns that nobody is answered by. */
async function ended(job: string): Promise<Problem> {
  for (const end = Date.now() + TURNS_MS; Date.now() < end; await setTimeout(200)) {
    const { status, error } = await jobOf(job);
    if (status === 'succeeded') return undefined;
    if (status !== 'queued' && status !== 'running') return `the next turn: ${JSON.stringify(error)}`;
  }
  return 'the next turn did not end';
}

/** A stack that was kept has been exercised before. */
function isThere(thrown: unknown): void {
  const names = ['EntityAlreadyExists', 'EntityAlreadyExistsException', 'BucketAlreadyOwnedByYou'];
  if (!(thrown instanceof Error) || !names.includes(thrown.name)) throw thrown;
}

/** A role that may be assumed in another account, and what it reads there. */
async function memberAccount(accessKeyId: string): Promise<void> {
  const iam = new IAMClient({ credentials: { accessKeyId, secretAccessKey: 'any' } });
  const RoleName = 'WitnessmarkReadOnly';
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' };
  const may = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
  const documentOf = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: documentOf(trust) })).catch(isThere);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument: documentOf(may) }));
}

/** What is looked at, as the bucket says it. */
async function configure(accounts: readonly string[]): Promise<void> {
  const config = {
    accounts,
    regions: [REGION],
    services: ['kms'],
    assessments: [{ framework: 'soc2-2017', period: { since_start_of: 'month' } }],
  };
  await put('config/deployment.yaml', JSON.stringify(config));
}

async function customise(): Promise<void> {
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
  { name: 'init', exercise: inTurn(made, madeInTwo) },
  { name: 'notary', exercise: made },
  {
    name: 'custom',
    exercise: judged,
    // The store is another one by now, than the one that instances have opened before.
    async prepare() {
      await quietly();
      await Promise.all([
        makeStore(),
        configure([ACCOUNT, MEMBER]),
        customise(),
        memberAccount(MEMBER),
        ...ALL.map((it) => newInstance(it)),
      ]);
    },
  },
  {
    name: 'plan',
    exercise: inTurn(
      async () => accessed().then(async () => problemOf(await planned(BOTH))),
      async () => problemOf(await planned(await recording())),
    ),
  },
  {
    name: 'collect',
    exercise: inTurn(
      () => collectedOf(BOTH),
      async () => collectedOf(await recording()),
    ),
    // The state of its key is too large for the table, so that the next run reads it from the ledger.
    prepare: async () => sealedOf(await recording()),
  },
  { name: 'seal', exercise: sealed },
  // While the ledger is short, for these go through much of it.
  {
    name: 'report',
    exercise: inTurn(reported, reportedAgain, handedOver),
    prepare: async () => Promise.all([sealed(), newInstance('report', await variablesOf('audit'))]),
  },
  { name: 'watch', exercise: watched },
  { name: 'audit', exercise: audited },
  { name: 'health', exercise: measured },
  {
    name: 'ingest',
    exercise: inTurn(ingested, lookedUp),
    async prepare() {
      const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
      await s3.send(new CreateBucketCommand({ Bucket: TRAIL, CreateBucketConfiguration })).catch(isThere);
      await newInstance('ingest', { WITNESSMARK_TRAIL_BUCKETS: `s3://${TRAIL}` });
    },
  },
  { name: 'assess', exercise: assessed, prepare: sealed },
  { name: 'notify', exercise: notified },
  { name: 'refusals', exercise: refused },
  { name: 'update-index', exercise: inTurn(published, indexed, indexedAfterAnother) },
  // Reports that the API has begun would take the time of everything else: here they end at once.
  {
    name: 'api',
    exercise: served,
    prepare: inTurn(sealed, assessed, async () =>
      newInstance('report', { WITNESSMARK_STORE: '' }).then(() => undefined),
    ),
  },
];
