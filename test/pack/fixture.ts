import { createHash, hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { sampleOf } from '../../src/assess/sample.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import { formatCheckpoint } from '../../src/ledger/checkpoint.ts';
import { consistencyProof, fromLeaves, inclusionProof, leafHash, rootOf } from '../../src/ledger/merkle.ts';
import { formatNote, type VerifierKey, verifierKeyOf } from '../../src/ledger/note.ts';
import { populationDigest } from '../../src/ledger/population.ts';
import { formatProof } from '../../src/ledger/proof.ts';
import type { Body } from '../../src/model/entry.ts';
import { type Evidence, type Observations, type Outcome, zeroCounts } from '../../src/model/evidence.ts';
import type { Report } from '../../src/model/report.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import type { SourceSample } from '../../src/model/sample.ts';
import type { PackItem, PackRequest } from '../../src/pack/build.ts';
import { signingOf } from '../../src/pack/sign/certificates.ts';
import type { PackFile } from '../../src/pack/sink.ts';
import { tarMembers } from '../../src/pack/tar.ts';
import type { Signer } from '../../src/ports/signer.ts';
import { evidenceItem } from '../../src/report/evidence-item.ts';
import { RENDERING } from '../../src/report/format.ts';
import { reportJson } from '../../src/report/formats/report-json.ts';
import { FORMATS } from '../../src/report/formats.ts';
import type { DocumentKeys } from './keys.ts';
import { unsignedPdf } from './sample-pdf.ts';

const SOURCE = 'check:s3-bucket-tls-only';
const TYPE = 'AWS::S3::Bucket';
const ACCOUNT = '111122223333';
const REGION = 'global';
const ORIGIN = 'witnessmark.example/demo';
const DAYS = ['2026-10-01', '2026-10-02', '2026-10-03'] as const;

/** What each day's run saw: bucket → outcome. One bucket changes, one disappears. */
const SEEN: readonly Readonly<Record<string, Outcome>>[] = [
  { alpha: 'compliant', beta: 'non_compliant', gamma: 'compliant' },
  { alpha: 'compliant', beta: 'compliant', gamma: 'compliant' },
  { alpha: 'compliant', beta: 'compliant' },
];

const CALLER = 'arn:aws:iam::111122223333:role/reader';

const uuid = (name: string): string =>
  hash('sha256', name).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
const salt = (name: string): string => hash('sha256', `salt ${name}`).slice(0, 32);

/** A deployment's ledger in memory, with a pack's worth of everything. */
export interface Fixture {
  readonly request: PackRequest;
  readonly vkey: string;
  /** Signed checkpoints by size, for `--since`; also of a forked history. */
  checkpoint(size: number): Promise<string>;
  forkedCheckpoint(size: number): Promise<string>;
}

interface Sealed {
  readonly body: Body;
  readonly line: string;
  readonly entry: Uint8Array;
}

/** A ledger of three daily runs over three buckets, and the request for a pack over it. */
export async function fixture(keys: DocumentKeys, ledgerKey: Signer): Promise<Fixture> {
  const retrievals = new Map(DAYS.map((day) => retrievalObject(day)));
  const sealed = bodies([...retrievals.keys()]).map(seal);
  const leaves = sealed.map((it) => leafHash(it.entry));
  const key = verifierKeyOf(ORIGIN, await ledgerKey.publicKey());
  const checkpoint = (size: number): Promise<string> => signedCheckpoint({ leaves, key, signer: ledgerKey }, size);
  const forked = leaves.map((leaf, at) => (at === 2 ? hash('sha256', leaf, 'buffer') : leaf));
  const note = await checkpoint(leaves.length);
  const report = reportOf(sealed, { note, key, keys, root: await rootOf(leaves.length, fromLeaves(leaves)) });
  const json = reportJson(report);
  const request: PackRequest = {
    report,
    json,
    pdf: await unsignedPdf(json),
    formats: formatsOf(report, sealed),
    tagFiles: [{ path: 'verify.html', content: Buffer.from('<!doctype html><title>verify</title>\n') }],
    items: itemsOf(sealed, leaves, note),
    retrieval: (object) => Promise.resolve(retrievals.get(object) ?? new Uint8Array()),
    checkpoint: note,
    consistency: [
      { previous: await checkpoint(4), hashes: await consistencyProof(4, leaves.length, fromLeaves(leaves)) },
      { previous: await checkpoint(9), hashes: await consistencyProof(9, leaves.length, fromLeaves(leaves)) },
    ],
    trust: { verifierKeys: [key.vkey], rootPem: keys.rootPem, signingPem: keys.signingPem },
    signer: keys.document,
  };
  return {
    request,
    vkey: key.vkey,
    checkpoint,
    forkedCheckpoint: (size) => signedCheckpoint({ leaves: forked, key, signer: ledgerKey }, size),
  };
}

/** Every rendering of a report but report.json, as a pack holds them. */
export function formatsOf(report: Report, sealed: readonly Pick<Sealed, 'body' | 'line'>[]): PackFile[] {
  const items = sealed.flatMap(({ body, line }, index) =>
    body.kind === 'evidence' ? [evidenceItem({ index, hash: sha256Hex(line), evidence: body })] : [],
  );
  return [...FORMATS.values()]
    .filter((format) => format.name !== 'report.json')
    .map((format) => ({
      path: format.name,
      // Made anew for each reader, so that a request can be built twice.
      content: { [Symbol.asyncIterator]: () => format.render(report, items)[Symbol.asyncIterator]() },
    }));
}

function itemsOf(
  sealed: readonly Sealed[],
  leaves: readonly Uint8Array[],
  checkpoint: string,
): AsyncIterable<PackItem> {
  return {
    async *[Symbol.asyncIterator]() {
      for (const [index, { body, line, entry }] of sealed.entries()) {
        const hashes = await inclusionProof(index, leaves.length, fromLeaves(leaves));
        const proof = formatProof({ index, hashes, checkpoint, extra: entry });
        yield { index, kind: body.kind, body: Buffer.from(line), proof: async () => proof };
      }
    },
  };
}

/** Every `.tlog-proof` of a pack, by its name. */
export function proofsIn(files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const tars = [...files].filter(([path]) => /^data\/proofs\/\d+\.tar$/.test(path));
  return new Map(tars.flatMap(([, tar]) => [...tarMembers(tar)].map((it) => [it.name, it.bytes] as const)));
}

function seal(body: Body): Sealed {
  const line = canonicalize(body);
  const { kind, id, run, at } = body;
  const entry = { v: 1, kind, id, run, at, body: `sha256:${sha256Hex(line)}`, in: sha256Hex(`object ${run}`) };
  return { body, line, entry: Buffer.from(canonicalize(entry)) };
}

interface Log {
  readonly leaves: readonly Uint8Array[];
  readonly key: VerifierKey;
  readonly signer: Signer;
}

async function signedCheckpoint({ leaves, key, signer }: Log, size: number): Promise<string> {
  const text = formatCheckpoint({ origin: ORIGIN, size, root: await rootOf(size, fromLeaves(leaves.slice(0, size))) });
  const signature = await signer.sign(Buffer.from(text));
  return formatNote({ text, signatures: [{ name: key.name, id: key.id, signature }] });
}

function bodies(objects: readonly string[]): Body[] {
  const all: Body[] = [];
  const latest = new Map<string, Evidence>();
  DAYS.forEach((day, at) => {
    const run = uuid(`run ${day}`);
    const time = `${day}T02:00:00.000Z`;
    const seen = SEEN[at] ?? {};
    all.push(planBody(run, time));
    for (const bucket of new Set([...latest.keys(), ...Object.keys(seen)])) {
      const [outcome, before] = [seen[bucket], latest.get(bucket)];
      if (before !== undefined && outcome === before.outcome) continue;
      const evidence = evidenceBody({ run, time, bucket, outcome, before, object: objects[at] ?? '' });
      all.push(evidence);
      if (outcome === undefined) latest.delete(bucket);
      else latest.set(bucket, evidence);
    }
    all.push(observationsBody(run, time, [...latest.values()]), runBody(run, time));
  });
  return [...all, ...pinnedBodies()];
}

const FRAMEWORK = {
  framework: { control_sets: [{ controls: [{ id: 'CC6.7' }] }] },
  definitions: { [SOURCE]: { scope: 'global', kind: 'state' } },
};
const FRAMEWORK_SHA256 = sha256Hex(canonicalize(FRAMEWORK));
const SCOPE = { accounts: [ACCOUNT], regions: ['eu-west-1'] };
const PERIOD = { from: DAYS[0], to: DAYS[2] };

/** What was assessed, as the ledger pins it. */
function pinnedBodies(): Body[] {
  const at = '2026-10-03T03:00:00.000Z';
  const [framework, assessment] = [uuid('framework'), uuid('assessment')];
  const definition = { framework: FRAMEWORK_SHA256, scope: SCOPE, period: PERIOD, coverageThreshold: 0.95 };
  const pinned = (id: string) => ({ v: 1, id, run: id, at, salt: salt(id) }) as const;
  return [
    { ...pinned(framework), kind: 'framework', framework: FRAMEWORK, sha256: FRAMEWORK_SHA256 },
    { ...pinned(assessment), kind: 'assessment', definition, sha256: sha256Hex(canonicalize(definition)) },
  ];
}

interface State {
  readonly run: string;
  readonly time: string;
  readonly bucket: string;
  readonly outcome: Outcome | undefined;
  readonly before: Evidence | undefined;
  readonly object: string;
}

function evidenceBody({ run, time, bucket, outcome, before, object }: State): Evidence {
  const id = uuid(`${run} ${bucket}`);
  const change = outcome === undefined ? 'absent' : before === undefined ? 'first' : 'changed';
  return {
    v: 1,
    kind: 'evidence',
    id,
    run,
    at: time,
    source: SOURCE,
    subject: `arn:aws:s3:::${bucket}`,
    resourceType: TYPE,
    name: bucket,
    account: ACCOUNT,
    region: REGION,
    outcome: outcome ?? before?.outcome ?? 'inconclusive',
    reason: `bucket policy of ${bucket}`,
    change,
    facts: { policy: null },
    failures: {},
    retrievals: [{ operation: 's3:ListBuckets', object, line: 1, sha256: answerHash(time.slice(0, 10)) }],
    previous: before === undefined ? null : sha256Hex(canonicalize(before)),
    salt: salt(id),
  };
}

function observationsBody(run: string, at: string, states: readonly Evidence[]): Observations {
  const id = uuid(`observations ${run}`);
  const counts = zeroCounts();
  for (const { outcome } of states) counts[outcome] += 1;
  const digest = populationDigest(states.map((it) => [it.subject, sha256Hex(canonicalize(it))]));
  const day = at.slice(0, 10);
  const observation = {
    source: SOURCE,
    resourceType: TYPE,
    day,
    population: states.length,
    counts,
    digest,
    complete: true,
  };
  const place = { account: ACCOUNT, region: REGION, service: 's3' };
  return {
    v: 1,
    kind: 'observations',
    id,
    run,
    at,
    ...place,
    observations: [observation],
    retrievals: null,
    calls: 1,
    salt: salt(id),
  };
}

const planBody = (run: string, at: string): Body => {
  const id = uuid(`plan ${run}`);
  const tasks = [{ account: ACCOUNT, region: REGION, service: 's3' }];
  return {
    v: 1,
    kind: 'plan',
    id,
    run,
    at,
    salt: salt(id),
    mode: 'collect',
    via: 'aws',
    tasks,
    catalogue: sha256Hex('catalogue'),
    software: 'witnessmark 0.1.0',
  };
};

const runBody = (run: string, at: string): Body => {
  const id = uuid(`end ${run}`);
  const counts = { expected: 1, collected: 1, failed: [], calls: 1, throttles: 0, files: [] };
  return {
    v: 1,
    kind: 'run',
    id,
    run,
    at,
    salt: salt(id),
    mode: 'collect',
    startedAt: at,
    endedAt: at,
    ...counts,
  };
};

const answerOf = (day: string) => ({ Buckets: [{ Name: 'alpha' }, { Name: 'beta' }], day });
const answerHash = (day: string): string => sha256Hex(canonicalize(answerOf(day)));

function retrievalObject(day: string): [string, Uint8Array] {
  const call: Retrieval = {
    v: 1,
    service: 's3',
    operation: 'ListBuckets',
    input: {},
    page: 1,
    account: ACCOUNT,
    region: REGION,
    caller: CALLER,
    requestId: 'REQUEST1',
    startedAt: `${day}T02:00:00.000Z`,
    endedAt: `${day}T02:00:00.100Z`,
    attempts: 1,
    sdk: 'test',
    answer: answerOf(day),
    redactions: [],
    sha256: answerHash(day),
  };
  const bytes = gzipSync(`${canonicalize(call)}\n`);
  return [createHash('sha256').update(bytes).digest('hex'), bytes];
}

interface Signed {
  readonly note: string;
  readonly key: VerifierKey;
  readonly keys: DocumentKeys;
  readonly root: Uint8Array;
}

function reportOf(sealed: readonly Sealed[], { note, key, keys, root }: Signed): Report {
  const indexOf = (wanted: (body: Body) => boolean): number => sealed.findIndex(({ body }) => wanted(body));
  const newest = sealed.findLast(({ body }) => body.kind === 'observations')?.body as Observations;
  const observation = newest.observations[0];
  const beta = (at: number) =>
    indexOf((it) => it.kind === 'evidence' && it.name === 'beta' && it.at.startsWith(DAYS[at] ?? ''));
  return {
    v: 1,
    kind: 'witnessmark-report',
    id: 'soc2-2017-2026-10-03',
    title: 'SOC 2, 1 to 3 October 2026',
    software: 'witnessmark 0.1.0',
    rendering: RENDERING,
    asOf: '2026-10-03T02:00:00.000Z',
    framework: {
      id: 'soc2-2017',
      title: 'SOC 2',
      version: '2017',
      publisher: 'AICPA',
      sha256: FRAMEWORK_SHA256,
      controls: 1,
    },
    scope: SCOPE,
    period: PERIOD,
    days: 3,
    coverageThreshold: 0.95,
    ledger: {
      origin: ORIGIN,
      size: sealed.length,
      root: Buffer.from(root).toString('base64'),
      checkpoint: note,
      verifierKey: key.vkey,
    },
    signing: signingOf(keys.signingPem, '2026-10-03T02:00:00.000Z'),
    summary: {
      verdicts: verdicts(),
      automated: 1,
      manualOnly: 0,
      resources: 2,
      evidence: 5,
      failing: 0,
      remediated: 1,
    },
    coverage: { days: 'ccc', observedDays: 3, gaps: [], expectedTasks: 3, collectedTasks: 3, failedTasks: 0 },
    sets: [{ id: 'CC6', title: 'Access' }],
    controls: [
      {
        id: 'CC6.7',
        set: 'CC6',
        title: 'Transmission is protected',
        responsibility: 'customer',
        verdict: 'met_with_exceptions',
        reasons: ['One bucket failed for a day.'],
        sources: [
          {
            source: SOURCE,
            title: 'S3 buckets refuse requests that are not made over TLS',
            strength: 'direct',
            why: 'Data in transit is encrypted.',
            params: {},
            remediation: 'Deny plain HTTP.',
            population: 2,
            counts: observation?.counts ?? zeroCounts(),
            days: 'fcc',
            observedDays: 3,
            observations: 3,
            digests: { [`${ACCOUNT}/${REGION}`]: observation?.digest ?? '' },
            failing: [
              {
                subject: 'arn:aws:s3:::beta',
                name: 'beta',
                account: ACCOUNT,
                region: REGION,
                from: '2026-10-01T02:00:00.000Z',
                to: '2026-10-02T02:00:00.000Z',
                seconds: 86_400,
                end: 'compliant',
                reason: 'bucket policy of beta',
                exception: null,
                entries: [beta(0), beta(1)],
              },
            ],
            inconclusive: [],
          },
        ],
        manual: [],
        review: null,
      },
    ],
    exceptions: [],
    runs: DAYS.map((day) => ({
      id: uuid(`run ${day}`),
      mode: 'collect',
      via: 'aws',
      startedAt: `${day}T02:00:00.000Z`,
      endedAt: `${day}T02:00:00.000Z`,
      expected: 1,
      collected: 1,
      failed: [],
      calls: 1,
      state: 'complete',
      entry: indexOf((it) => it.kind === 'plan' && it.run === uuid(`run ${day}`)),
    })),
    notCollected: [],
    samples: [sampled(sealed, Buffer.from(root).toString('base64'))],
    previous: null,
    signOff: [],
    timeZone: 'UTC',
    limitations: ['A sample.'],
  };
}

/** The two buckets that are there at the end, drawn and with their calls, as the application does. */
function sampled(sealed: readonly Sealed[], root: string): SourceSample {
  const rows = sealed.flatMap(({ body, line }, index) =>
    body.kind === 'evidence' ? [{ index, hash: sha256Hex(line), evidence: body }] : [],
  );
  const last = [...new Map(rows.map((row) => [row.evidence.subject, row])).values()];
  const present = last.filter(({ evidence }) => evidence.change !== 'absent');
  const sample = sampleOf(SOURCE, root, present);
  const items = sample.items.map((item) => {
    const refs = present.find((row) => row.index === item.entry)?.evidence.retrievals ?? [];
    const told = { requestId: 'REQUEST1', caller: CALLER, at: item.at };
    return { ...item, calls: refs.map((it) => ({ ...it, ...told })) };
  });
  return { ...sample, items };
}

function verdicts(): Report['summary']['verdicts'] {
  const none = { met: 0, not_met: 0, inconclusive: 0, not_assessed: 0, awaiting_attestation: 0, not_applicable: 0 };
  return { ...none, met_with_exceptions: 1 };
}
