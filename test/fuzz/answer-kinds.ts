import { type AwsCloud, awsCloud } from '../../src/adapters/aws/cloud.ts';
import { readRecording, readRun } from '../../src/adapters/local/recording.ts';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import { readTask } from '../../src/collect/read-task.ts';
import type { TaskReading } from '../../src/collect/reading.ts';
import { loadService } from '../../src/collect/services.ts';
import type { Json } from '../../src/model/json.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import { ACCOUNT, type AwsServer, awsServer, send } from '../adapters/aws-server.ts';
import type { FuzzKind } from './kind.ts';
import { mutateJson } from './mutate-json.ts';

const RECORDING = 'test/fixtures/recording';

/** A recorded task in which one answer is spoiled: the readers of the service make facts or failures of it. */
export const answers: FuzzKind = {
  name: 'answers',
  start: async () => {
    const { runs } = await readRecording(RECORDING);
    const [first] = runs;
    if (first === undefined) throw new Error('the fixture holds no run');
    const { retrievals, at } = await readRun(RECORDING, first);
    const answered = retrievals.filter((it) => it.answer !== undefined && JSON.stringify(it.answer).length < 20_000);
    const tasks = Map.groupBy(retrievals, taskKey);
    const seeds = answered.map((it, index) => Buffer.from(`${index} ${JSON.stringify(it.answer)}`));
    const failures = new Map<string, number>();
    for (const [key, [one]] of tasks) {
      if (one !== undefined) failures.set(key, failuresIn(await readSpoilt(tasks.get(key) ?? [], one, at)));
    }
    return {
      seeds,
      mutate: (all, rng) => mutateJson(all, rng, ' '.charCodeAt(0)),
      read: async (input, nth) => {
        const text = input.toString('utf8');
        const blank = text.indexOf(' ');
        const spoilt = answered[Number(text.slice(0, blank))] ?? answered[nth % answered.length];
        const answer = jsonOf(text.slice(blank + 1));
        if (spoilt === undefined || answer === undefined) return 'refused';
        const key = taskKey(spoilt);
        const same = (tasks.get(key) ?? []).map((it): Retrieval => (it === spoilt ? { ...it, answer } : it));
        const found = failuresIn(await readSpoilt(same, spoilt, at));
        return found > (failures.get(key) ?? 0) ? 'refused' : 'accepted';
      },
    };
  },
};

const taskKey = ({ account, region, service }: Retrieval): string => `${account} ${region} ${service}`;

async function readSpoilt(retrievals: readonly Retrieval[], one: Retrieval, at: string): Promise<TaskReading> {
  const { account, region, service } = one;
  const task = { account, region, service };
  const cloud = replayCloud(retrievals);
  return await readTask({ service: await loadService(service), cloud, task, at, redact: { secret: 'x' } });
}

const MISTAKES = new Set(['TypeError', 'RangeError', 'ReferenceError']);

/** What a reader throws becomes a failure of the fact; one that fell over the answer did not check it. */
function failuresIn({ populations, findings, findingsFailure }: TaskReading): number {
  const all = [
    findingsFailure,
    ...findings.map((it) => it.failure),
    ...populations.flatMap((it) => [it.failure, ...it.resources.flatMap(({ failures }) => Object.values(failures))]),
  ].filter((it) => it !== undefined);
  const mistake = all.find((it) => MISTAKES.has(it.name));
  if (mistake !== undefined) throw new Error(`${mistake.operation}: ${mistake.name}: ${mistake.message}`);
  return all.length;
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

const clock = { now: () => '2026-10-01T00:00:00.000Z' };
const CALLS = [
  [
    'kms',
    'ListKeys',
    'application/x-amz-json-1.1',
    '{"Keys":[{"KeyId":"k","KeyArn":"arn:aws:kms:eu-west-1:1:key/k"}],"Truncated":false}',
  ],
  [
    'config',
    'DescribeConfigRules',
    'application/x-amz-json-1.1',
    '{"ConfigRules":[{"ConfigRuleName":"r","Source":{"Owner":"AWS"},"InputParameters":"{}"}],"NextToken":"t"}',
  ],
  [
    'ec2',
    'DescribeVolumes',
    'text/xml',
    '<DescribeVolumesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><volumeSet><item><volumeId>vol-1</volumeId><size>8</size><encrypted>true</encrypted><createTime>2026-01-01T00:00:00Z</createTime></item></volumeSet></DescribeVolumesResponse>',
  ],
  [
    'iam',
    'GetAccountSummary',
    'text/xml',
    '<GetAccountSummaryResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountSummaryResult><SummaryMap><entry><key>Users</key><value>3</value></entry></SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>',
  ],
  [
    's3',
    'ListBuckets',
    'application/xml',
    '<?xml version="1.0"?><ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets><Bucket><Name>b</Name><CreationDate>2026-01-01T00:00:00Z</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>',
  ],
] as const;

/** Bodies over HTTP, through the SDK: an answer or an error, never a throw. */
export const http: FuzzKind = {
  name: 'http',
  start: async () => {
    let body: Buffer = Buffer.alloc(0);
    let [type, status]: [string, number] = ['text/xml', 200];
    const server: AwsServer = await awsServer((_, response) => send(response, status, type, body as never));
    const credentials = { accessKeyId: 'OWN', secretAccessKey: 'secret' };
    const cloud: AwsCloud = awsCloud({
      clock,
      endpoint: server.endpoint,
      credentials,
      maxAttempts: 1,
      maxBytes: 2 ** 20,
      timeouts: { request: 3_000, call: 5_000 },
    });
    return {
      seeds: CALLS.map(([, , , text], at) => Buffer.from(`${at} ${text}`)),
      read: async (input, nth) => {
        const blank = input.indexOf(32);
        const call =
          CALLS[Number(input.subarray(0, Math.max(0, blank)).toString('latin1'))] ?? CALLS[nth % CALLS.length];
        if (call === undefined) return 'refused';
        const [service, operation, as] = call;
        body = input.subarray(blank + 1);
        [type, status] = [as, nth % 11 === 0 ? 400 + (nth % 200) : 200];
        server.seen.length = 0;
        const reply = await cloud.call({ service, operation, input: {}, account: ACCOUNT, region: 'eu-west-1' });
        return reply.error === undefined ? 'accepted' : 'refused';
      },
      end: async () => {
        cloud.close();
        await server.close();
      },
    };
  },
};
