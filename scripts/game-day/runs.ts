import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Health, SliResult } from '../../src/model/health.ts';
import { indexOf, invoke, outputs, runMachine, s3, sfn, stepsOf } from '../../test/deploy/stack.ts';
import { expected, type Incident } from './incident.ts';
import { runMessages } from './messages.ts';
import { deny, locationOf, undeny, witnessmark } from './stack.ts';

const SCOPE = { services: ['kms'] };

interface Sealed {
  readonly run: string;
  readonly failed: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly firstFailed: readonly { readonly failures: readonly { readonly kind: string; readonly name: string }[] }[];
}

const sealedOf = async (): Promise<Sealed> => stepsOf(await runMachine(SCOPE)).sealed.step as unknown as Sealed;

async function wholeRun(): Promise<string> {
  const { failed, outcomes } = await sealedOf();
  expected(failed === 0 && outcomes.inconclusive === 0, 'a run that is whole', { failed, outcomes });
  return 'the next run is whole, and nothing of it inconclusive';
}

/** `witnessmark status` exits with 1 where any indicator is missed; the emulator has no retention, so one always is. */
async function indicator(id: string): Promise<SliResult> {
  const { stdout } = await witnessmark('status', '--json');
  const { slis } = JSON.parse(stdout) as Pick<Health, 'slis'>;
  const found = slis.find((it) => it.id === id);
  if (found === undefined) throw new Error(`no indicator ${id}: ${stdout.slice(0, 300)}`);
  return found;
}

const deniedRead: Incident = {
  name: 'a permission to read is taken away',
  runbook: 'Missing evidence',
  breaks: () => deny('collect', 'kms:ListKeys'),
  async noticed() {
    const { failed, firstFailed } = await sealedOf();
    const [first] = firstFailed[0]?.failures ?? [];
    expected(failed === 1 && first?.kind === 'denied', 'a task that was denied', firstFailed);
    const told = await runMessages();
    expected(
      told.some((it) => it.includes('run incomplete')),
      'a message of an incomplete run',
      told,
    );
    return `run incomplete: ${first?.name}; people are told`;
  },
  mends: () => undeny('collect'),
  mended: wholeRun,
};

const lostTask: Incident = {
  name: 'a task ends without a result',
  runbook: 'Missing evidence',
  breaks: () => deny('collect', 's3:PutObject'),
  async noticed() {
    const { run, failed, firstFailed } = await sealedOf();
    const [first] = firstFailed[0]?.failures ?? [];
    expected(failed === 1 && first?.name === 'TaskLost', 'a lost task', firstFailed);
    const { state, details } = await indicator('M2');
    const mine = JSON.stringify(details).includes(run);
    expected(state === 'missed' && mine, `a capture rate that is missed for run ${run}`, { state, details });
    return 'run incomplete: TaskLost; the capture rate (M2) is missed and names the run';
  },
  mends: () => undeny('collect'),
  mended: wholeRun,
};

const silentNotary: Incident = {
  name: 'the notary may not sign',
  runbook: 'Notary refuses',
  breaks: () => deny('notary', 'kms:Sign'),
  async noticed() {
    const { status } = await runMachine(SCOPE);
    expected(status === 'FAILED', 'a run that fails', status);
    const told = await runMessages();
    const mine = told.find((it) => it.includes('run failed'));
    expected(mine !== undefined, 'a message of a failed run', told);
    return `${mine}`;
  },
  mends: () => undeny('notary'),
  async mended() {
    const answer = await invoke('update-index', {});
    expected(answer.ok === true && answer.more === false, 'what waited to be signed', answer);
    const audit = await witnessmark('audit', '--json');
    expected(audit.code === 0, 'an audit without findings', audit.stdout);
    return `what waited is signed (size ${answer.size}); ${await wholeRun()}`;
  },
};

const emptiedIndex: Incident = {
  name: 'the table of the index is emptied',
  runbook: 'Lost index',
  breaks: () => deleteRows(() => true),
  async noticed() {
    const size = await (await indexOf()).size();
    expected(size === 0, 'an index of nothing', size);
    return 'the index holds no entry, and lists are empty';
  },
  // What the schedule does every quarter of an hour.
  mends: async () => void expected((await invoke('update-index', {})).ok === true, 'update-index to end well', ''),
  mended: wholeIndex,
};

const thinnedIndex: Incident = {
  name: 'rows of the index are deleted',
  runbook: 'Lost index',
  // What says how far the index is stays, so that nothing seems to be missing.
  breaks: () => deleteRows((key) => key.pk?.S !== 'state'),
  async noticed() {
    const { state, value } = await indicator('M10');
    expected(state === 'missed', 'a replay success that is missed', { state, value });
    return `replay success (M10) is missed, at ${value} %`;
  },
  async mends() {
    const { code, stderr } = await witnessmark('replay');
    expected(code === 0, '`replay` to end well', stderr);
  },
  mended: wholeIndex,
};

async function wholeIndex(): Promise<string> {
  const { state, value } = await indicator('M10');
  expected(state === 'met' && value === 100, 'replay success of 100 %', { state, value });
  const size = await (await indexOf()).size();
  expected(size > 0, 'an index of all entries', size);
  return `the index has all ${size} entries; replay success (M10) is met at 100 %`;
}

type Key = Record<string, AttributeValue>;

async function deleteRows(which: (key: Key) => boolean): Promise<void> {
  const dynamodb = new DynamoDBClient({});
  const TableName = (await locationOf()).table ?? '';
  for (let from: Key | undefined; ; ) {
    const asked = { TableName, ProjectionExpression: 'pk, sk', Limit: 25, ExclusiveStartKey: from };
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(new ScanCommand(asked));
    const requests = Items.filter(which).map((Key) => ({ DeleteRequest: { Key } }));
    if (requests.length > 0)
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    from = LastEvaluatedKey;
    if (from === undefined) return;
  }
}

const LEASE = 'state/lease.json';

const leftLease: Incident = {
  name: 'a run is stopped and leaves its lease',
  runbook: 'Stuck run, or a lease that was left',
  async breaks() {
    const { RunMachineArn: stateMachineArn } = await outputs();
    // Long enough to be stopped in the middle, once it has the lease.
    await deny('collect', 's3:PutObject');
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(SCOPE) }),
    );
    const name = executionArn?.split(':').at(-1);
    while ((await lease()).holder !== name) await new Promise((done) => setTimeout(done, 200));
    await sfn.send(new StopExecutionCommand({ executionArn }));
    await undeny('collect');
  },
  async noticed() {
    const { status } = await runMachine(SCOPE);
    expected(status === 'FAILED', 'a run that does not begin', status);
    const told = await runMessages();
    const mine = told.find((it) => it.includes('run-busy'));
    expected(mine !== undefined, 'a message that names the lease', told);
    return `${mine}`;
  },
  async mends() {
    const { holder, version } = await lease();
    const Body = JSON.stringify({ v: 1, holder, until: new Date().toISOString() });
    const { bucket: Bucket } = await locationOf();
    await s3.send(new PutObjectCommand({ Bucket, Key: LEASE, Body, IfMatch: version }));
  },
  mended: wholeRun,
};

async function lease(): Promise<{ holder: string; version: string | undefined }> {
  const { bucket: Bucket } = await locationOf();
  const { Body, ETag: version } = await s3.send(new GetObjectCommand({ Bucket, Key: LEASE }));
  const { holder } = JSON.parse((await Body?.transformToString()) ?? '{}') as { holder: string };
  return { holder, version };
}

/** What happens to runs and to what they leave behind. */
export const runIncidents: readonly Incident[] = [
  deniedRead,
  lostTask,
  silentNotary,
  leftLease,
  emptiedIndex,
  thinnedIndex,
];
