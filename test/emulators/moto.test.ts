import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import type { Failure } from '../../src/model/retrieval.ts';
import { arn, type Expected } from './support/expected/arn.ts';
import { computeOutcomes } from './support/expected/compute.ts';
import { identityOutcomes } from './support/expected/identity.ts';
import { recordOutcomes } from './support/expected/records.ts';
import { storageOutcomes } from './support/expected/storage.ts';
import { awsEnv, HOME, MEMBER, type Moto, REGION, startMoto } from './support/moto.ts';
import { run, scratch, witnessmark, witnessmarkJson } from './support/run.ts';
import { SEED_ENV, type Seeded, seed, seedLimitedUser } from './support/seed.ts';
import { bodiesIn, type Collected, evidenceIn, type Listed, linesIn } from './support/store.ts';
import { startThrottlingProxy } from './support/throttling-proxy.ts';

let moto: Moto;
let made: Seeded;
let folder: string;
let live: Collected;
const path = (name: string): string => join(folder, name);

const bothAccounts = ['--account', HOME, '--account', MEMBER];

beforeAll(async () => {
  folder = await scratch('moto');
  moto = await startMoto(SEED_ENV);
  made = await seed(moto.endpoint);
  [live] = (await witnessmarkJson<Collected>(
    ['collect', '--store', path('live'), '--record', path('recording'), ...bothAccounts],
    { env: awsEnv(moto.endpoint), expected: [3] },
  )) as [Collected];
});

afterAll(async () => {
  await moto?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function listed(store: string, ...filter: string[]): Promise<Listed[]> {
  return witnessmarkJson<Listed>(['evidence', 'list', '--store', path(store), ...filter]);
}

/** The failures that the run of a store was sealed with. */
async function failuresOf(store: string): Promise<Failure[]> {
  const runs = (await bodiesIn(path(store))).filter((it) => it.kind === 'run');
  return runs.flatMap((it) => it.failed.flatMap((task) => task.failures));
}

/** As a person who saw the seed would judge. */
const expectedOutcomes = (): Expected => ({
  ...storageOutcomes(made),
  ...computeOutcomes(made),
  ...identityOutcomes(),
  ...recordOutcomes(),
});

/** source → subject → outcome, of the sources and subjects that `wanted` names. */
function foundOutcomes(states: readonly Listed[], wanted: Expected) {
  const outcome = (id: string, subject: string) =>
    states.find((it) => it.source === `check:${id}` && it.subject === subject)?.outcome;
  return Object.fromEntries(
    Object.entries(wanted).map(([id, subjects]) => [
      id,
      Object.fromEntries(Object.keys(subjects).map((subject) => [subject, outcome(id, subject)])),
    ]),
  );
}

describe('a collection of two accounts from moto', () => {
  it('says what it did, in fixed fields', () => {
    expect(live).toEqual({
      run: expect.stringMatching(/^[0-9a-f-]{36}$/),
      // Two global services once and sixteen regional ones, in two accounts.
      expected: 36,
      collected: expect.any(Number),
      failed: expect.any(Number),
      outcomes: {
        compliant: expect.any(Number),
        non_compliant: expect.any(Number),
        not_applicable: expect.any(Number),
        inconclusive: expect.any(Number),
      },
      calls: expect.any(Number),
      throttles: 0,
      seconds: expect.any(Number),
    });
    expect(live.collected + live.failed).toBe(live.expected);
    expect(live.calls).toBeGreaterThan(100);
  });

  it('judges every seeded resource as a person would', async () => {
    const wanted = expectedOutcomes();
    expect(foundOutcomes(await listed('live'), wanted)).toEqual(wanted);
  });

  it('counts exactly the outcomes that the store then holds', async () => {
    const counts: Record<string, number> = { compliant: 0, non_compliant: 0, not_applicable: 0, inconclusive: 0 };
    for (const { outcome } of await listed('live')) counts[outcome] = (counts[outcome] ?? 0) + 1;
    expect(counts).toEqual(live.outcomes);
  });

  it('reads the second account through its role, and keeps the two apart', async () => {
    const states = await listed('live', '--source', 'check:s3-bucket-tls-only');
    const subjects = (account: string) => states.filter((it) => it.account === account).map((it) => it.subject);
    expect(subjects(HOME)).toEqual(['wm-good', 'wm-logs', 'wm-open'].map(arn.bucket));
    expect(subjects(MEMBER)).toEqual([arn.bucket('wm-member')]);
  });

  it('holds the ledger together', async () => {
    const [result] = await witnessmarkJson<{ ok: boolean }>(['audit', '--store', path('live')]);
    expect(result?.ok).toBe(true);
  });
});

/** What rests on operations that moto does not serve, or whose answers lack what AWS always gives. */
function leftOpen(): string[] {
  const region = (check: string, account = HOME) =>
    `${account} check:${check} ${check.split('-')[0]}:${account}:${REGION}`;
  const home = (check: string, subject: string) => `${HOME} check:${check} ${subject}`;
  const settings = ['image-public-access-blocked', 'imdsv2-default', 'snapshot-public-access-blocked'];
  const detector = ['centrally-managed', 'findings-exported', 'no-old-high-findings'];
  const databases = ['certificate-valid', 'engine-supported'];
  return [
    ...[HOME, MEMBER].map((it) => `${it} check:iam-root-not-used-recently ${it}`),
    ...settings.flatMap((it) => [HOME, MEMBER].map((account) => region(`ec2-region-${it}`, account))),
    ...detector.map((it) => region(`guardduty-detector-${it}`)),
    region('securityhub-hub-standard-ready'),
    ...['good', 'open'].flatMap((name) => [
      home('lambda-function-url-authenticated', arn.function(name)),
      ...databases.map((it) => home(`rds-instance-${it}`, arn.rds('db', name))),
    ]),
    home('config-channel-delivering', `config-delivery:${HOME}:${REGION}`),
    `${HOME} config_rule:S3_BUCKET_SSL_REQUESTS_ONLY population:AWS::Config::ResourceCompliance`,
  ];
}

describe('what moto does not implement', () => {
  it('is a failure with the real error, not an empty answer', async () => {
    const failures = await failuresOf('live');
    const byOperation = Map.groupBy(failures, (it) => it.operation);
    // Both answer HTTP 500 with an HTML page, which the SDK cannot parse.
    const pages = ['ec2:GetEbsDefaultKmsKeyId', 'config:GetComplianceDetailsByConfigRule'];
    for (const operation of pages) {
      const [failure] = byOperation.get(operation) ?? [];
      expect(failure, operation).toMatchObject({ kind: 'server', status: 500 });
      expect(failure?.message, operation).toMatch(/html|doctype/i);
    }
    // A report without the row of the root user leaves the root user unknown.
    expect(byOperation.get('iam:GetCredentialReport')?.[0]).toMatchObject({ kind: 'unsupported' });
  });

  it('makes what rests on it inconclusive, and nothing of it a pass or a fail', async () => {
    const open = await listed('live', '--outcome', 'inconclusive');
    const named = open.map((it) => `${it.account} ${it.source} ${it.subject}`);
    expect(named.sort()).toEqual(leftOpen().sort());
    // Of a trail without Insights moto says nothing, where AWS gives an error; that it does not log decides before.
    const decidedAnyway = `check:cloudtrail-trail-insights-enabled ${arn.trail('idle')}`;
    for (const it of await evidenceIn(path('live'))) {
      const subject = `${it.source} ${it.subject}`;
      const isOpen = it.outcome === 'inconclusive';
      expect(Object.keys(it.failures).length > 0, subject).toBe(isOpen || subject === decidedAnyway);
    }
  });
});

describe('a recording', () => {
  it('gives another store the same evidence without AWS', async () => {
    const unreachable = awsEnv('http://127.0.0.1:9');
    const [played] = await witnessmarkJson<Collected>(
      ['collect', '--store', path('played'), '--from', path('recording')],
      { env: unreachable, expected: [3] },
    );
    const { run: _, seconds: __, ...counts } = live;
    expect(played).toMatchObject(counts);
    const told = async (store: string) =>
      (await evidenceIn(path(store)))
        .map(({ source, subject, account, region, outcome, reason, facts, failures }) =>
          JSON.stringify({ source, subject, account, region, outcome, reason, facts, failures }),
        )
        .sort();
    expect(await told('played')).toEqual(await told('live'));
  });

  it('holds no whole access key, and neither does the store', async () => {
    const texts = await Promise.all(
      ['recording/runs', 'live/retrievals', 'live/evidence'].map((it) => linesIn(path(it))),
    );
    for (const lines of texts) {
      expect(lines.length).toBeGreaterThan(100);
      expect(lines.filter((it) => /\b(AKIA|LKIA|ASIA|LSIA)[A-Z0-9]{12,16}\b/.test(it))).toEqual([]);
    }
    // The keys were there to be seen, and their last four characters are facts.
    expect(texts[0]?.some((it) => it.includes('"operation":"ListAccessKeys"'))).toBe(true);
  });
});

/** Lists and single facts, in the XML, query, EC2 and JSON protocols. */
const LIMITED = [
  's3:GetBucketPolicy',
  'iam:ListUsers',
  'iam:GetAccountPasswordPolicy',
  'ec2:DescribeVolumes',
  'kms:ListKeys',
];

describe('a caller who may not read everything', () => {
  let report: Report;
  let text: string;
  beforeAll(async () => {
    const user = await seedLimitedUser(moto.endpoint, { name: 'limited', allowed: ['*'], denied: LIMITED });
    await moto.enforceIam();
    try {
      await witnessmarkJson(['collect', '--store', path('limited')], {
        env: awsEnv(moto.endpoint, user),
        expected: [3],
      });
    } finally {
      await moto.allowAll();
    }
    await witnessmarkJson(['report', '--framework', 'soc2-2017', '--store', path('limited'), '--out', path('pack')], {
      expected: [3],
    });
    report = JSON.parse(await readFile(path('pack/data/report.json'), 'utf8')) as Report;
    text = (await run('pdftotext', ['-layout', path('pack/data/report.pdf'), '-'])).stdout;
  });

  it('gets inconclusive for every refused list and fact, with the refusal as AWS gave it', async () => {
    const refused = (await failuresOf('limited')).filter((it) => it.kind === 'denied');
    expect(new Set(refused.map((it) => it.operation))).toEqual(new Set(LIMITED));
    for (const it of refused) expect(it.status).toBe(403);
    const policy = refused.find((it) => it.operation === 's3:GetBucketPolicy');
    expect(policy).toMatchObject({ name: 'AccessDenied' });
  });

  it('gets no pass and no fail from them', async () => {
    const states = await listed('limited');
    const outcomes = (source: string) => new Set(states.filter((it) => it.source === source).map((it) => it.outcome));
    const unread = [
      'check:s3-bucket-tls-only',
      'check:iam-password-policy-min-length',
      'check:ec2-volume-encrypted',
      'check:iam-user-single-active-key',
      'check:kms-key-rotation-enabled',
    ];
    for (const source of unread) expect([...outcomes(source)], source).toEqual(['inconclusive']);
    // What was not refused is judged all the same.
    expect(outcomes('check:s3-bucket-versioning-enabled')).toEqual(new Set(['compliant', 'non_compliant']));
  });

  it('finds every refusal in the report, with the controls that it leaves open', () => {
    const refused = report.notCollected.filter((it) => it.failure.kind === 'denied');
    expect(new Set(refused.map((it) => it.failure.operation))).toEqual(new Set(LIMITED));
    for (const it of refused) expect(it.controls.length, it.failure.operation).toBeGreaterThan(0);
    expect(report.coverage.failedTasks).toBeGreaterThan(0);
    const tls = report.controls.flatMap((it) => it.sources).find((it) => it.source === 'check:s3-bucket-tls-only');
    expect(tls?.counts).toMatchObject({ compliant: 0, non_compliant: 0, inconclusive: 3 });
  });

  it('can read them on paper', () => {
    for (const it of report.notCollected) expect(text).toContain(it.failure.operation);
    expect(text).toContain('AccessDenied');
  });
});

describe('a service that throttles', () => {
  it('is inconclusive, named throttled, and counted', async () => {
    const proxy = await startThrottlingProxy(moto.endpoint, ['ListKeys', 'ListTopics']);
    try {
      const [result] = await witnessmarkJson<Collected>(
        ['collect', '--store', path('throttled'), '--service', 'kms', '--service', 'sns'],
        { env: awsEnv(proxy.endpoint), expected: [3] },
      );
      expect(result).toMatchObject({ expected: 2, failed: 2, throttles: 2 });
      // It was tried again before it was given up.
      expect(proxy.throttled.get('ListKeys')).toBeGreaterThan(1);
    } finally {
      await proxy.stop();
    }
    const failures = await failuresOf('throttled');
    expect(failures.find((it) => it.operation === 'kms:ListKeys')).toMatchObject({
      kind: 'throttled',
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      status: 400,
    });
    expect(failures.find((it) => it.operation === 'sns:ListTopics')).toMatchObject({ kind: 'throttled' });
    const states = (await listed('throttled')).filter((it) => it.source.startsWith('check:kms-'));
    expect(new Set(states.map((it) => `${it.subject} ${it.outcome}`))).toEqual(
      new Set(['population:AWS::KMS::Key inconclusive']),
    );
  });
});

describe('exit codes', () => {
  const collect = (store: string, ...args: string[]) =>
    witnessmark(['collect', '--store', path(store), ...args], { env: awsEnv(moto.endpoint) });

  it('0: done, and nothing was left open', async () => {
    expect(await collect('whole', '--service', 's3', '--service', 'kms')).toMatchObject({ code: 0 });
    expect(await witnessmark(['audit', '--store', path('whole')])).toMatchObject({ code: 0 });
  });

  it('1: the answer is no', async () => {
    await collect('damaged', '--service', 's3');
    await writeFile(path('damaged/checkpoint'), 'nothing\n');
    expect(await witnessmark(['audit', '--store', path('damaged')])).toMatchObject({ code: 1 });
    await cp(path('pack'), path('changed'), { recursive: true });
    await writeFile(path('changed/data/controls.csv'), 'nothing\n');
    expect(await witnessmark(['verify', path('changed')])).toMatchObject({ code: 1 });
  });

  it('2: it was asked wrongly, or cannot be read', async () => {
    const wrong = [
      ['collect', '--no-such-option'],
      ['collect', '--store', path('none'), '--service', 'no-such-service', '--region', REGION],
      ['collect', '--store', path('none'), '--from', path('no-such-recording')],
      ['evidence', 'list', '--store', path('no-such-store')],
      ['evidence', 'list', '--store', path('live'), '--outcome', 'maybe'],
      ['report', '--store', path('live'), '--framework', 'no-such-framework'],
      ['verify', path('no-such-pack')],
    ];
    for (const args of wrong) {
      const ran = await witnessmark(args, { env: awsEnv(moto.endpoint) });
      expect(ran, args.join(' ')).toMatchObject({ code: 2 });
      expect(ran.stderr, args.join(' ')).not.toMatch(/unexpected error/);
    }
  });

  it('2: without credentials nothing is collected', async () => {
    const env = { ...awsEnv(moto.endpoint), AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    const ran = await witnessmark(['collect', '--store', path('none')], { env });
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.stderr).toContain('collect-no-credentials');
  });

  it('3: done, and something was left open', async () => {
    expect(await collect('open', '--service', 'config')).toMatchObject({ code: 3 });
  });
});
