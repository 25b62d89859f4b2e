import type { LedgerRun, SourceDefinition } from '../../src/assess/input.ts';
import { sha256Hex } from '../../src/ledger/canonical.ts';
import { populationDigest } from '../../src/ledger/population.ts';
import type { Evidence, Outcome } from '../../src/model/evidence.ts';
import { zeroCounts } from '../../src/model/evidence.ts';
import type { Framework } from '../../src/model/framework.ts';
import type { FailedTask } from '../../src/model/run.ts';
import type { EvidenceRow, ObservationRow } from '../../src/ports/evidence-index.ts';
import { plan } from '../app/bodies-of.ts';
import { ACCOUNT, control, failure, on, REGION, type RowsInput, row } from './rows-of.ts';

export const DEFINITION: SourceDefinition = {
  title: 'Boxes are locked',
  remediation: 'lock the box',
  expect: 'resource.locked',
  sha256: sha256Hex('locked'),
  params: {},
  scope: 'regional',
  kind: 'state',
};

const definitions = new Map<string, SourceDefinition>([
  ['check:box-lid-locked', DEFINITION],
  ['check:box-lid-painted', { ...DEFINITION, title: 'Boxes are painted', sha256: sha256Hex('painted') }],
  [
    'config_rule:BOX_TAGGED',
    { title: 'AWS Config rule BOX_TAGGED', remediation: 'tag it', params: {}, scope: 'regional', kind: 'state' },
  ],
  [
    'cloudtrail:root-console-login',
    { ...DEFINITION, title: 'Root signs in to the console', scope: 'global', kind: 'events', wanted: 'none' },
  ],
]);

const why = 'it looks at every box of the company';
export const FRAMEWORK: Framework = {
  framework: 'boxes',
  title: 'Boxes and lids',
  version: '1',
  publisher: 'Box Board',
  retention: '7y',
  control_sets: [
    {
      id: 'B1',
      title: 'Lids',
      controls: [
        control({ id: 'B1.1', sources: [{ check: 'box-lid-locked', strength: 'direct', why }] }),
        control({
          id: 'B1.2',
          sources: [
            { check: 'box-lid-painted', strength: 'direct', why },
            { config_rule: 'BOX_TAGGED', strength: 'supporting', why },
          ],
        }),
        control({
          id: 'B1.10',
          sources: [
            { config_rule: 'BOX_TAGGED', strength: 'partial', why },
            { manual: { ask: 'List of boxes, signed by the board', renew: '1y' } },
          ],
        }),
      ],
    },
    {
      id: 'B2',
      title: 'People',
      controls: [
        control({ id: 'B2.1', sources: [{ cloudtrail: 'root-console-login', strength: 'direct', why }] }),
        control({ id: 'B2.2', sources: [{ manual: { ask: 'Box policy, approved this year', renew: '1y' } }] }),
        control({ id: 'B2.3', applies_if: 'issuer', sources: [{ check: 'box-lid-locked', strength: 'direct', why }] }),
      ],
    },
  ],
};

type Story = readonly [subject: string, ...steps: [day: number, what: Outcome | 'absent'][]];
/** State of each subject from a day on; evidence is written on exactly these days. */
const STORIES: Readonly<Record<string, readonly Story[]>> = {
  // Seen before the period began on the 5th.
  'check:box-lid-locked': [
    ['box-a', [1, 'compliant']],
    ['box-b', [1, 'non_compliant'], [8, 'compliant']],
    ['box-c', [6, 'compliant'], [12, 'absent']],
  ],
  'check:box-lid-painted': [
    ['box-a', [1, 'compliant'], [9, 'non_compliant']],
    ['box-b', [1, 'compliant'], [10, 'inconclusive'], [14, 'compliant']],
  ],
  'config_rule:BOX_TAGGED': [
    ['box-a', [1, 'non_compliant'], [18, 'compliant']],
    ['box-b', [3, 'inconclusive']],
  ],
};

/** Days of October with a run; that of the 11th was interrupted and on the 15th there was none. */
const DAYS = [1, 3, 5, 6, 7, 8, 9, 10, 12, 13, 14, 16, 17, 18];
const denied = failure({ operation: 'config:GetComplianceDetails', name: 'AccessDeniedException', status: 400 });

function evidenceRows(): EvidenceRow[] {
  const steps = Object.entries(STORIES).flatMap(([source, stories]) =>
    stories.flatMap(([subject, ...states]) => states.map(([day, what]) => ({ source, subject, day, what }))),
  );
  return steps
    .sort((a, b) => a.day - b.day)
    .map(({ source, subject, day, what }, index) => row(index, { ...stateOf(source, subject, what), at: on(day) }));
}

function stateOf(source: string, subject: string, what: Outcome | 'absent'): Partial<Evidence> {
  const state = { source, subject, name: subject, reason: `${subject} is ${what}` };
  if (what === 'absent') return { ...state, change: 'absent', outcome: 'compliant' };
  const failures = what === 'inconclusive' ? { state: denied } : {};
  return { ...state, change: 'changed', outcome: what, failures };
}

function eventRow(index: number, day: number, eventID: string): EvidenceRow {
  const eventTime = on(day, '09:10:11.000');
  return row(index, {
    // Delivered files are ingested later, here after the end of the period.
    at: on(20),
    source: 'cloudtrail:root-console-login',
    subject: `event:${eventID}`,
    resourceType: 'AWS::CloudTrail::Event',
    name: 'ConsoleLogin by root',
    region: 'global',
    outcome: 'non_compliant',
    change: 'event',
    event: {
      eventID,
      eventTime,
      eventName: 'ConsoleLogin',
      eventSource: 'signin.amazonaws.com',
      actor: `arn:aws:iam::${ACCOUNT}:root`,
      file: 'trail.json.gz',
      fileSha256: sha256Hex('trail'),
      record: 0,
    },
  });
}

function observationRows(evidence: readonly EvidenceRow[]): ObservationRow[] {
  return DAYS.flatMap((day) =>
    Object.keys(STORIES).map((source) => {
      const states = new Map<string, EvidenceRow>();
      for (const it of evidence.filter((one) => one.evidence.source === source && one.evidence.at <= on(day))) {
        if (it.evidence.change === 'absent') states.delete(it.evidence.subject);
        else states.set(it.evidence.subject, it);
      }
      return observation(source, day, [...states.values()]);
    }),
  );
}

function observation(source: string, day: number, states: readonly EvidenceRow[]): ObservationRow {
  const counts = zeroCounts();
  for (const { evidence } of states) counts[evidence.outcome] += 1;
  return {
    index: 1000 + day,
    run: runId(day),
    at: on(day),
    account: ACCOUNT,
    region: REGION,
    observation: {
      source,
      resourceType: 'AWS::S3::Bucket',
      day: on(day).slice(0, 10),
      population: states.length,
      counts,
      digest: populationDigest(states.map((it) => [it.evidence.subject, it.hash])),
      complete: true,
    },
  };
}

/** Two hundred events on every day of the fortnight. */
function eventObservations(events: readonly EvidenceRow[]): ObservationRow[] {
  return Array.from({ length: 14 }, (_, at) => at + 5).map((day) => {
    const found = events.filter((it) => it.evidence.event?.eventTime.startsWith(on(day).slice(0, 10)));
    const it = observation('cloudtrail:root-console-login', day, found);
    const counts = { ...it.observation.counts, compliant: 200 - found.length };
    return { ...it, at: on(20), region: 'global', observation: { ...it.observation, population: 200, counts } };
  });
}

const runId = (day: number): string => `00000000-0000-8000-8000-0000000000${String(day).padStart(2, '0')}`;

function ledgerRun(day: number): LedgerRun {
  const tasks = [
    { account: ACCOUNT, region: REGION, service: 's3' },
    { account: ACCOUNT, region: REGION, service: 'config' },
  ];
  const planned = plan({ run: runId(day), at: on(day), tasks });
  if (day === 11) return { entry: 2000 + day, plan: planned, run: undefined };
  const { v, run, at, salt, mode } = planned;
  const base = {
    v,
    run,
    at,
    salt,
    mode,
    kind: 'run' as const,
    id: run,
    startedAt: at,
    endedAt: on(day, '02:05:00.000'),
  };
  const failed: FailedTask[] =
    day >= 10 && day < 14 ? [{ account: ACCOUNT, region: REGION, service: 'config', failures: [denied] }] : [];
  const counts = { expected: 2, collected: 2 - failed.length, calls: 40, throttles: 0 };
  return { entry: 2000 + day, plan: planned, run: { ...base, ...counts, failed, files: [] } };
}

/** A fortnight of a small company, 5 to 18 October: something of everything that can happen. */
export function fortnight(): RowsInput {
  const states = evidenceRows();
  const events = [
    eventRow(500, 4, 'before'),
    eventRow(501, 7, 'e1'),
    eventRow(502, 7, 'e1'),
    eventRow(503, 19, 'after'),
  ];
  const later = row(600, { ...stateOf('check:box-lid-locked', 'box-a', 'non_compliant'), at: on(19) });
  return {
    framework: FRAMEWORK,
    definitions,
    scope: { accounts: [ACCOUNT], regions: [REGION] },
    period: { from: '2026-10-05', to: '2026-10-18' },
    statements: {
      entity: [],
      exceptions: [
        {
          id: 'E1',
          source: 'check:box-lid-painted',
          subject: 'box-*',
          owner: 'Olga',
          approver: 'Anton',
          approved: '2026-10-10',
          expires: '2026-12-31',
          reason: 'the paint is on order',
        },
        {
          id: 'E2',
          source: 'check:box-lid-locked',
          subject: 'box-b',
          owner: 'Olga',
          approver: 'Anton',
          approved: '2026-09-01',
          expires: '2026-10-06',
          reason: 'the lock is being replaced',
        },
      ],
      attestations: [
        {
          control: 'B2.2',
          ask: 'Box policy, approved this year',
          by: 'Paula',
          on: '2026-04-01',
          expires: '2027-04-01',
          statement: 'the board approved the policy',
        },
      ],
      not_applicable: [],
      reviews: [],
      sign_off: [],
    },
    coverageThreshold: 0.8,
    evidence: [...states, later, ...events],
    observations: [...observationRows(states), ...eventObservations(events.slice(1, 2))],
    root: '',
    runs: [...DAYS, 11].sort((a, b) => a - b).map(ledgerRun),
  };
}
