import { createHash } from 'node:crypto';
import type { ControlState, PreviousReport } from '../../src/model/change.ts';
import type { ControlResult, EvidenceItem, FailingInterval, Report, SourceResult } from '../../src/model/report.ts';
import { Report as ReportSchema } from '../../src/model/report.ts';
import type { Sample, SampledCall, SourceSample } from '../../src/model/sample.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { addDays } from '../../src/report/numbers.ts';

const FROM = '2026-01-12';
const DAYS = 35;
const TO = addDays(FROM, DAYS - 1);
const ACCOUNT = '111122223333';
const OTHER = '444455556666';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const at = (day: number, time = '02:00:00.000'): string => `${addDays(FROM, day)}T${time}Z`;
const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const denied = {
  operation: 's3:GetBucketPolicy',
  kind: 'denied',
  name: 'AccessDenied',
  message:
    'User: arn:aws:sts::444455556666:assumed-role/WitnessmarkReader/witnessmark is not authorized to perform: s3:GetBucketPolicy on resource: "arn:aws:s3:::payroll-archive-eu" because no identity-based policy allows the s3:GetBucketPolicy action',
  status: 403,
  requestId: 'K3JQ8W2ZP9V1M5XA',
} as const;

export function interval(overrides: Partial<FailingInterval> & { subject: string }): FailingInterval {
  return {
    name: overrides.subject.split(/[:/]/).at(-1) ?? '',
    account: ACCOUNT,
    region: 'eu-west-1',
    from: at(12),
    to: null,
    seconds: null,
    end: overrides.to ? 'compliant' : null,
    reason: 'bucket policy does not deny plain HTTP',
    exception: null,
    entries: [4210],
    ...overrides,
  };
}

export function source(overrides: Partial<SourceResult> = {}): SourceResult {
  const days = overrides.days ?? 'c'.repeat(DAYS);
  return {
    source: 'check:s3-bucket-tls-only',
    title: 'S3 buckets refuse requests that are not made over TLS',
    strength: 'direct',
    why: 'A bucket policy that denies plain HTTP is what keeps data from travelling unencrypted.',
    applies: 'resource.exists',
    expect: 'denies(resource.policy, "s3:*", {"aws:SecureTransport": "false"})',
    expressionSha256: sha('s3-bucket-tls-only'),
    params: {},
    remediation: 'Add a bucket policy statement that denies s3:* when aws:SecureTransport is false.',
    population: 42,
    counts: { compliant: 42, non_compliant: 0, not_applicable: 0, inconclusive: 0 },
    days,
    observedDays: [...days].filter((it) => it !== '.').length,
    observations: 66,
    digests: { [`${ACCOUNT}/eu-west-1`]: sha('d') },
    failing: [],
    inconclusive: [],
    ...overrides,
  };
}

export function control(overrides: Partial<ControlResult> & { id: string }): ControlResult {
  return {
    set: 'CC6',
    title: 'Access to protected information assets is restricted',
    responsibility: 'customer',
    verdict: 'met',
    reasons: ['Every direct source was compliant on every observed day; 34 of 35 days were observed.'],
    sources: [],
    manual: [],
    review: null,
    ...overrides,
  };
}

const strip = (parts: Record<number, string>, base = 'c'): string =>
  Array.from({ length: DAYS }, (_, day) => parts[day] ?? base).join('');
const range = (from: number, to: number, code: string): Record<number, string> =>
  Object.fromEntries(Array.from({ length: to - from + 1 }, (_, i) => [from + i, code]));

const longRole = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_DataPlatformAdministrators_0123456789abcdef/federated-break-glass-session-for-incident-response`;

function failingControl(): ControlResult {
  return control({
    id: 'CC6.7',
    title: 'Data is protected while it is transmitted, moved or removed',
    verdict: 'not_met',
    review: {
      control: 'CC6.7',
      reviewer: 'Elif Şahin, internal audit',
      on: '2026-02-09',
      conclusion: 'effective',
      comment: 'Sampled five buckets on 6 February and reperformed with plain HTTP; each request was refused.',
      ledger_size: 4320,
      newer: 58,
    },
    responsibility: 'shared',
    reasons: [
      '2 of 42 S3 buckets fail “S3 buckets refuse requests that are not made over TLS” at the end of the period, and no valid exception covers them.',
      '1 bucket could not be judged: s3:GetBucketPolicy was denied.',
    ],
    description:
      'Information in transit is protected against being read or changed by others, for every path into and out of the storage services.',
    testing:
      'Take the full list of buckets, confirm that each has a policy statement which refuses unencrypted requests, and reperform for a sample of five with a plain HTTP request.',
    actionPlan:
      'Add the missing deny statement; for buckets that serve public web content, put a distribution in front.',
    sources: [
      source({
        days: strip({ ...range(12, 34, 'f'), 20: '.', 27: 'x' }),
        counts: { compliant: 39, non_compliant: 2, not_applicable: 0, inconclusive: 1 },
        failing: [
          interval({ subject: 'arn:aws:s3:::customer-exports-2026', name: 'customer-exports-2026' }),
          interval({
            subject: 'arn:aws:s3:::bücher-архив-日本',
            name: 'bücher-архив-日本',
            from: at(14),
            entries: [4388],
          }),
          interval({
            subject: 'arn:aws:s3:::web-assets-staging',
            from: at(2),
            to: at(5, '14:25:10.000'),
            seconds: 303_910,
            entries: [3120, 3377],
          }),
          interval({ subject: 'arn:aws:s3:::legacy-reports', from: at(1), exception: 'EX-2026-004', entries: [3011] }),
        ],
        inconclusive: [
          {
            subject: 'arn:aws:s3:::payroll-archive-eu',
            account: OTHER,
            region: 'eu-central-1',
            since: at(3),
            reason: 'The fact policy could not be read.',
            failure: denied,
            entry: 3205,
          },
        ],
      }),
      source({
        source: 'config_rule:S3_BUCKET_SSL_REQUESTS_ONLY',
        title: 'AWS Config rule S3_BUCKET_SSL_REQUESTS_ONLY',
        strength: 'partial',
        why: 'The rule of AWS judges the same buckets independently of our check.',
        applies: undefined,
        expect: undefined,
        expressionSha256: undefined,
        days: strip({ ...range(0, 6, '.'), ...range(15, 34, 'f') }),
        counts: { compliant: 40, non_compliant: 2, not_applicable: 0, inconclusive: 0 },
        failing: Array.from({ length: 47 }, (_, i) =>
          interval({
            subject: `arn:aws:s3:::tenant-data-${String(i).padStart(3, '0')}-eu-west-1-production`,
            from: at(15),
            to: i < 2 ? null : at(16 + (i % 9), '03:10:00.000'),
            seconds: i < 2 ? null : 90_600 + (i % 9) * 86_400,
            reason: 'NON_COMPLIANT',
            entries: [4500 + i],
          }),
        ),
      }),
    ],
    manual: [
      {
        ask: 'Data transfer policy, approved in the last twelve months',
        renew: '1y',
        status: 'valid',
        attestation: {
          control: 'CC6.7',
          ask: 'Data transfer policy, approved in the last twelve months',
          by: 'Áine Ó Súilleabháin',
          on: '2025-11-03',
          expires: '2026-11-03',
          statement: 'The policy was reviewed by the security board and approved without changes.',
          attachment: sha('policy.pdf'),
        },
      },
    ],
  });
}

function optional<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined)) as T;
}

function controls(): ControlResult[] {
  return [
    control({
      id: 'CC1.1',
      set: 'CC1',
      title: 'The organisation shows commitment to integrity and ethical values',
      verdict: 'awaiting_attestation',
      reasons: ['A person has to provide 2 documents; none is on record.'],
      description: 'Leadership sets and follows rules of conduct, and departures from them are dealt with.',
      manual: [
        {
          ask: 'Code of conduct with acknowledgements of all staff',
          renew: '1y',
          status: 'missing',
          attestation: null,
        },
        {
          ask: 'Record of departures from the code and how they were handled',
          renew: '90d',
          status: 'missing',
          attestation: null,
        },
      ],
    }),
    control({
      id: 'CC1.2',
      set: 'CC1',
      title: 'The board oversees internal control independently of management',
      verdict: 'met',
      reasons: ['The statement on record is valid until 2026-09-30.'],
      manual: [
        {
          ask: 'Minutes of the audit committee for the last two quarters',
          renew: '6m',
          status: 'valid',
          attestation: {
            control: 'CC1.2',
            ask: 'Minutes of the audit committee for the last two quarters',
            by: 'Jürgen Weiß',
            on: '2026-01-20',
            expires: '2026-09-30',
            statement: 'Minutes of both meetings are attached; internal control was on both agendas.',
          },
        },
      ],
    }),
    control({
      id: 'CC1.3',
      set: 'CC1',
      title: 'Structures, reporting lines and authorities are established',
      verdict: 'awaiting_attestation',
      reasons: ['The organisation chart on record expired on 2026-01-31.'],
      manual: [
        {
          ask: 'Organisation chart with owners of security functions',
          renew: '1y',
          status: 'expired',
          attestation: {
            control: 'CC1.3',
            ask: 'Organisation chart with owners of security functions',
            by: 'Marta Nowak',
            on: '2025-01-31',
            expires: '2026-01-31',
            statement: 'Chart as published on the intranet on this day.',
          },
        },
      ],
    }),
    control({
      id: 'CC6.1',
      verdict: 'met_with_exceptions',
      review: {
        control: 'CC6.1',
        reviewer: 'Elif Şahin, internal audit',
        on: '2026-02-18',
        conclusion: 'effective_with_exceptions',
        comment:
          'One contractor was set up without a second factor and found by the control after four days; accepted.',
        ledger_size: 6204,
        newer: 0,
      },
      reasons: [
        'Everything is compliant at the end of the period, but 1 user had console access without MFA for 4 days.',
      ],
      description: 'Logical access to systems and data is limited to those who need it.',
      testing: 'Obtain the credential report for each month and confirm that every console user has a second factor.',
      sources: [
        source({
          source: 'check:iam-user-console-mfa-enabled',
          title: 'IAM users with console access have a second factor',
          applies: 'resource.passwordEnabled',
          expect: 'resource.mfaActive ||\n  size(resource.mfaDevices) > 0',
          why: 'A password alone is not sufficient proof of identity.',
          params: { maxAgeDays: 90, exempt: ['break-glass'] },
          population: 18,
          counts: { compliant: 11, non_compliant: 0, not_applicable: 7, inconclusive: 0 },
          days: strip({ ...range(8, 11, 'f'), 20: '.' }),
          failing: [
            interval({
              subject: `arn:aws:iam::${ACCOUNT}:user/contractors/ana.pérez`,
              name: 'ana.pérez',
              region: 'global',
              from: at(8),
              to: at(12),
              seconds: 345_600,
              reason: 'console password without MFA device',
              entries: [3802, 4101],
            }),
          ],
        }),
        source({
          source: 'cloudtrail:console-login-without-mfa',
          title: 'No console sign-in happens without a second factor',
          strength: 'partial',
          why: 'A sign-in without MFA shows that the setting did not hold.',
          applies: undefined,
          expect: 'event.eventName == "ConsoleLogin" && event.additionalEventData.MFAUsed == "No"',
          population: 0,
          counts: { compliant: 0, non_compliant: 0, not_applicable: 0, inconclusive: 0 },
          events: 0,
          days: strip({ 20: '.' }, '0'),
        }),
      ],
    }),
    control({
      id: 'CC6.2',
      title: 'Credentials are issued and removed under authorisation',
      verdict: 'inconclusive',
      reasons: ['Coverage is 18 of 35 days (51 %), below the threshold of 95 %.'],
      review: {
        control: 'CC6.2',
        reviewer: 'Elif Şahin, internal audit',
        on: '2026-02-18',
        conclusion: 'not_concluded',
        comment: 'Half of the period was not observed; to be taken up again with the joiner and leaver tickets.',
        newer: null,
      },
      sources: [
        source({
          source: 'check:iam-user-credentials-unused-disabled',
          title: 'IAM credentials that are not used for 90 days are disabled',
          days: strip({ ...range(0, 16, '.') }),
          params: { maxIdleDays: 90 },
          population: 18,
          counts: { compliant: 18, non_compliant: 0, not_applicable: 0, inconclusive: 0 },
        }),
      ],
    }),
    control({
      id: 'CC6.3',
      title: 'Access is granted by role and with least privilege',
      verdict: 'met_with_exceptions',
      reasons: ['1 failing role is covered by exception EX-2026-004 until 2026-06-30.'],
      sources: [
        source({
          source: 'check:iam-role-trust-not-public',
          title: 'IAM roles cannot be assumed by everyone',
          days: strip({ ...range(1, 34, 'f'), 20: '.' }),
          population: 311,
          counts: { compliant: 310, non_compliant: 1, not_applicable: 0, inconclusive: 0 },
          failing: [
            interval({
              subject: longRole,
              region: 'global',
              from: at(1),
              exception: 'EX-2026-004',
              reason: 'trust policy names every principal',
            }),
          ],
        }),
        source({
          source: 'check:iam-user-console-mfa-enabled',
          title: 'IAM users with console access have a second factor',
          strength: 'supporting',
          applies: 'resource.passwordEnabled',
          expect: 'resource.mfaActive ||\n  size(resource.mfaDevices) > 0',
          population: 18,
          counts: { compliant: 11, non_compliant: 0, not_applicable: 7, inconclusive: 0 },
          days: strip({ 20: '.' }),
        }),
      ],
    }),
    control({
      id: 'CC6.4',
      title: 'Physical access to facilities is restricted',
      verdict: 'not_applicable',
      responsibility: 'aws',
      reasons: ['Declared out of scope: no own facilities hold data in scope. Approved by Priya Raman.'],
      manual: [
        { ask: 'Current AWS SOC 2 report from AWS Artifact', renew: '1y', status: 'missing', attestation: null },
      ],
    }),
    control({
      id: 'CC6.6',
      title: 'Threats from outside the boundary are kept out',
      sources: [
        source({
          source: 'check:ec2-security-group-no-open-high-risk-ports',
          title: 'Security groups do not open high-risk ports to the internet',
          expect:
            'openPorts(resource.ingress, params.ports, "0.0.0.0/0").size() == 0 && openPorts(resource.ingress, params.ports, "::/0").size() == 0',
          params: { ports: [22, 3389, 3306, 5432, 6379, 9200, 27017] },
          days: strip({ 20: '.' }),
          population: 87,
          counts: { compliant: 87, non_compliant: 0, not_applicable: 0, inconclusive: 0 },
        }),
      ],
    }),
    failingControl(),
    control({
      id: 'CC6.8',
      title: 'Unauthorised or malicious software is prevented and detected',
      verdict: 'not_assessed',
      reasons: ['No source of this control was observed in the period.'],
      sources: [
        source({
          source: 'config_rule:EC2_MANAGEDINSTANCE_ASSOCIATION_COMPLIANCE_STATUS_CHECK',
          title: 'AWS Config rule EC2_MANAGEDINSTANCE_ASSOCIATION_COMPLIANCE_STATUS_CHECK',
          applies: undefined,
          expect: undefined,
          days: '.'.repeat(DAYS),
          observations: 0,
          population: 0,
          counts: { compliant: 0, non_compliant: 0, not_applicable: 0, inconclusive: 0 },
        }),
      ],
    }),
    control({
      id: 'CC7.2',
      set: 'CC7',
      title: 'Systems are monitored for anomalies that show malicious acts or errors',
      status: 'required',
      sources: [
        source({
          source: 'check:cloudtrail-trail-multi-region',
          title: 'CloudTrail records management events in all regions',
          population: 2,
          counts: { compliant: 2, non_compliant: 0, not_applicable: 0, inconclusive: 0 },
          days: strip({ 20: '.', 5: 'i' }),
        }),
      ],
    }),
    control({
      id: 'CC7.3',
      set: 'CC7',
      title: 'Security events are evaluated & acted upon <promptly>',
      verdict: 'awaiting_attestation',
      status: 'addressable',
      reasons: ['The automated part is compliant; the incident register is not on record.'],
      sources: [
        source({
          source: 'cloudtrail:root-console-login',
          title: 'Root does not sign in to the console',
          strength: 'supporting',
          events: 3,
          population: 1,
          days: strip({ 20: '.', 9: 'f' }, '0'),
          counts: { compliant: 0, non_compliant: 1, not_applicable: 0, inconclusive: 0 },
          failing: [
            interval({
              subject: `arn:aws:iam::${ACCOUNT}:root`,
              name: 'root',
              region: 'global',
              from: at(9, '17:48:31.000'),
              to: at(9, '17:48:31.000'),
              seconds: 0,
              reason: 'ConsoleLogin from 198.51.100.23',
              entries: [3871],
            }),
          ],
        }),
      ],
      manual: [
        {
          ask: 'Incident register of the period with times to response',
          renew: '6m',
          status: 'missing',
          attestation: null,
        },
      ],
    }),
  ].map((it) => ({ ...it, sources: it.sources.map(optional) }));
}

/** Counts of each verdict over some controls. */
export function verdictCounts(list: readonly ControlResult[]): Record<Verdict, number> {
  const counts: Record<Verdict, number> = {
    met: 0,
    met_with_exceptions: 0,
    not_met: 0,
    inconclusive: 0,
    not_assessed: 0,
    awaiting_attestation: 0,
    not_applicable: 0,
  };
  for (const it of list) counts[it.verdict]++;
  return counts;
}

/** A small but complete report: every verdict, gaps, exceptions, denied reads, long and foreign names. */
export function sampleReport(overrides: Partial<Report> = {}): Report {
  const list = overrides.controls ?? controls();
  return ReportSchema.parse({
    v: 1,
    kind: 'witnessmark-report',
    id: `soc2-2017-${TO}`,
    title: 'SOC 2 assessment of the production accounts',
    software: 'witnessmark 0.1.0',
    rendering: 1,
    asOf: at(DAYS - 1, '02:07:41.118'),
    framework: {
      id: 'soc2-2017',
      title: 'SOC 2 Trust Services Criteria',
      version: '2017, points of focus 2022',
      publisher: 'AICPA',
      sha256: sha('framework'),
      controls: list.length,
    },
    scope: { accounts: [ACCOUNT, OTHER], regions: ['eu-central-1', 'eu-west-1'] },
    period: { from: FROM, to: TO },
    days: DAYS,
    coverageThreshold: 0.95,
    ledger: {
      origin: 'witnessmark.example.com/production',
      size: 6204,
      root: 'q3Yw0fJk2mB7uVqvTtSxw8mLQ1v1kP6y0E9zZ2f8n3A=',
      checkpoint:
        'witnessmark.example.com/production\n6204\nq3Yw0fJk2mB7uVqvTtSxw8mLQ1v1kP6y0E9zZ2f8n3A=\n\n— witnessmark.example.com/production 9vT0c8mJr3yQ2bq5y0ZtVt4w6l1Rk0nq2x3C1r6bq0m8v1YwqTn0b2yWlN2bqYk5d8yq0XcN7s1dX5z0m4cQ5xg8yA0=\n',
      verifierKey: 'witnessmark.example.com/production+f6f4f4d3+AZk0r8lY2pJ5uXb3o1Qv7w9sTn6eKd4mHc0gRiPzLqVy',
    },
    signing: {
      subject: 'CN=Witnessmark report signing, O=Example Ltd',
      issuer: 'CN=Witnessmark root, O=Example Ltd',
      sha256: sha('certificate'),
      notAfter: '2029-01-01T00:00:00.000Z',
      at: '2026-11-01T09:00:00.000Z',
    },
    summary: {
      verdicts: verdictCounts(list),
      automated: list.filter((it) => it.sources.length > 0).length,
      manualOnly: list.filter((it) => it.sources.length === 0).length,
      resources: 461,
      evidence: 1873,
      failing: 4,
      remediated: 47,
    },
    coverage: {
      days: strip({ 20: '.', 27: 'p' }),
      observedDays: 34,
      gaps: [
        {
          from: addDays(FROM, 20),
          to: addDays(FROM, 20),
          cause:
            'No run was started on this day: the schedule was disabled from 2026-01-31 18:02 UTC to 2026-02-02 01:40 UTC.',
        },
      ],
      expectedTasks: 952,
      collectedTasks: 944,
      failedTasks: 8,
    },
    sets: [
      { id: 'CC1', title: 'Control environment' },
      { id: 'CC6', title: 'Logical and physical access' },
      { id: 'CC7', title: 'System operations' },
    ],
    controls: list,
    exceptions: [
      {
        id: 'EX-2026-004',
        source: 'check:iam-role-trust-not-public',
        subject: `arn:aws:iam::${ACCOUNT}:role/*`,
        owner: 'Platform team',
        approver: 'Priya Raman (CISO)',
        approved: '2026-01-10',
        expires: '2026-06-30',
        reason:
          'The role is assumed by a partner that has no fixed account yet; an external id and a source address condition limit it.',
        state: 'in_force',
        subjects: [longRole],
      },
      {
        id: 'EX-2025-019',
        source: 'check:s3-bucket-tls-only',
        subject: 'arn:aws:s3:::customer-exports-2026',
        control: 'CC6.7',
        owner: '=HYPERLINK("http://example.com","owner")',
        approver: 'Priya Raman (CISO)',
        approved: '2025-08-01',
        expires: '2026-01-20',
        reason: 'Migration of the export clients to TLS was planned for January.',
        state: 'expired',
        subjects: ['arn:aws:s3:::customer-exports-2026'],
      },
    ],
    runs: runs(),
    notCollected: [
      {
        account: OTHER,
        region: 'eu-central-1',
        service: 's3',
        failure: denied,
        first: at(3),
        last: at(34),
        runs: 31,
        subjects: 1,
        controls: ['CC6.7'],
      },
      {
        account: OTHER,
        region: 'eu-west-1',
        service: 'config',
        failure: {
          operation: 'config:DescribeConfigRules',
          kind: 'throttled',
          name: 'ThrottlingException',
          message: 'Rate exceeded',
          status: 400,
          requestId: null,
        },
        first: at(27),
        last: at(27),
        runs: 1,
        subjects: 0,
        controls: ['CC6.7', 'CC6.8'],
      },
    ],
    samples: samples(),
    previous: previous(),
    signOff: [{ role: 'prepared', name: 'Marta Nowak', title: 'Head of security operations', on: '2026-02-17' }],
    timeZone: 'UTC',
    limitations: ['Two member accounts joined the organisation during the period; their first run is on 2026-01-15.'],
    ...overrides,
  });
}

function sample(index: number, overrides: Partial<Sample>): Sample {
  const subject = overrides.subject ?? '';
  return {
    entry: 3100 + index * 7,
    body: sha(`body ${subject}`),
    at: at(index),
    subject,
    name: subject.split(/[:/]/).at(-1) ?? '',
    account: ACCOUNT,
    region: 'eu-west-1',
    outcome: 'compliant',
    reason: '',
    calls: [],
    ...overrides,
  };
}

function sampledCall(operation: string, line: number, overrides: Partial<SampledCall> = {}): SampledCall {
  return {
    operation,
    requestId: sha(`request ${operation} ${line}`).slice(0, 16).toUpperCase(),
    caller: `arn:aws:sts::${ACCOUNT}:assumed-role/WitnessmarkReader/witnessmark`,
    at: at(line % DAYS, '02:00:04.310'),
    object: sha(`retrievals ${line % 3}`),
    line,
    sha256: sha(`answer ${operation} ${line}`),
    ...overrides,
  };
}

/** Sources with samples: one under two controls, one with a single caller, one whose whole population was drawn. */
function samples(): SourceSample[] {
  const buckets = [
    'customer-exports-2026',
    'media-originals',
    'bücher-архив',
    'web-assets-staging',
    'payroll-archive-eu',
  ];
  const users = ['ana.pérez', 'build-agent'];
  return [
    {
      source: 'check:iam-user-console-mfa-enabled',
      population: 18,
      items: users.map((name, index) =>
        sample(index, {
          subject: `arn:aws:iam::${ACCOUNT}:user/contractors/${name}`,
          region: 'global',
          outcome: index === 0 ? 'compliant' : 'not_applicable',
          reason: index === 0 ? '' : 'has no console password',
          calls: [
            sampledCall('iam:GetCredentialReport', 2, {
              requestId: sha('credential report').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
            }),
            sampledCall('iam:ListMFADevices', 11 + index),
          ],
        }),
      ),
    },
    {
      source: 'check:iam-role-trust-not-public',
      population: 311,
      items: [
        sample(1, {
          subject: longRole,
          region: 'global',
          outcome: 'non_compliant',
          reason: 'trust policy names every principal',
          calls: [sampledCall('iam:GetRole', 40)],
        }),
      ],
    },
    {
      source: 'check:s3-bucket-tls-only',
      population: 42,
      items: buckets.map((name, index) =>
        sample(index, {
          subject: `arn:aws:s3:::${name}`,
          ...(index === 0 ? { outcome: 'non_compliant', reason: 'bucket policy does not deny plain HTTP' } : {}),
          ...(index === 4
            ? { outcome: 'inconclusive', account: OTHER, reason: 'The fact policy could not be read.' }
            : {}),
          calls:
            index === 3
              ? []
              : [
                  sampledCall('s3:ListBuckets', 1),
                  sampledCall(
                    's3:GetBucketPolicy',
                    20 + index,
                    index === 4 ? { requestId: null, caller: 'witnessmark' } : {},
                  ),
                ],
        }),
      ),
    },
    {
      source: 'check:cloudtrail-trail-multi-region',
      population: 2,
      items: [ACCOUNT, OTHER].map((account, index) =>
        sample(index, {
          subject: `arn:aws:cloudtrail:eu-west-1:${account}:trail/organisation`,
          account,
          calls: [
            sampledCall('cloudtrail:DescribeTrails', 30 + index, {
              caller: `arn:aws:sts::${account}:assumed-role/${index === 0 ? 'WitnessmarkReader' : 'Auditor'}/witnessmark`,
            }),
          ],
        }),
      ),
    },
  ];
}

/** Changes of every kind: newly not met, newly met, only the numbers, a control that is new, one that is gone. */
function previous(): PreviousReport {
  const state = (verdict: Verdict, subjects: number, failing = 0, inconclusive = 0): ControlState => ({
    verdict,
    subjects,
    failing,
    inconclusive,
  });
  return {
    id: 'soc2-2017-2026-01-11',
    period: { from: addDays(FROM, -31), to: addDays(FROM, -1) },
    at: at(1, '08:30:00.000'),
    entry: 2988,
    treeSize: 2987,
    controls: [
      { control: 'CC1.2', before: state('awaiting_attestation', 0), after: state('met', 0) },
      { control: 'CC6.1', before: state('not_met', 16, 2), after: state('met_with_exceptions', 18) },
      { control: 'CC6.5', before: state('met', 9), after: null },
      { control: 'CC6.6', before: null, after: state('met', 87) },
      { control: 'CC6.7', before: state('met', 40), after: state('not_met', 84, 4, 1) },
      { control: 'CC7.2', before: state('met', 1, 0, 1), after: state('met', 2) },
    ],
    unchanged: 7,
    exceptions: [
      { exception: 'EX-2025-019', before: 'in_force', after: 'expired' },
      { exception: 'EX-2026-004', before: null, after: 'in_force' },
    ],
  };
}

function runs(): unknown[] {
  const days = Array.from({ length: DAYS }, (_, day) => day).filter((day) => day !== 20);
  return days.map((day) => ({
    id: uuid(day + 1),
    mode: 'collect',
    via: 'aws',
    startedAt: at(day),
    endedAt: day === 27 ? null : at(day, '02:07:41.118'),
    expected: 28,
    collected: day === 27 ? 20 : 28,
    failed:
      day === 27
        ? [
            {
              account: OTHER,
              region: 'eu-west-1',
              service: 'config',
              failures: [{ ...denied, operation: 'config:DescribeConfigRules' }],
            },
          ]
        : [],
    calls: 1204 + day,
    state: day === 27 ? 'interrupted' : 'complete',
    entry: 3000 + day * 90,
  }));
}

/** Items of evidence as the index gives them; some with names that a spreadsheet would run. */
export function sampleEvidence(): EvidenceItem[] {
  const names = [
    'customer-exports-2026',
    "=cmd|'/C calc'!A0",
    '@SUM(1+1)',
    '-2+3',
    '+1',
    '\tTab',
    'bücher, "архив"\r\nzwei',
    '日本',
  ];
  return names.map((name, index) => ({
    entry: 4200 + index,
    body: sha(name),
    at: at(12),
    source: 'check:s3-bucket-tls-only',
    subject: `arn:aws:s3:::${index}`,
    resourceType: 'AWS::S3::Bucket',
    name,
    account: ACCOUNT,
    region: 'eu-west-1',
    outcome: index === 0 ? 'non_compliant' : 'compliant',
    change: 'changed',
    reason: 'bucket policy does not deny plain HTTP',
  }));
}
