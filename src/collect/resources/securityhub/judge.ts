import type { Outcome } from '../../../model/evidence.ts';
import type { Finding } from '../../service.ts';
import type { ControlFinding } from './asff.ts';
import type { Place } from './subject.ts';

/**
 * Oldest update that a pass may rest on, in hours. Security Hub checks on change and at least every
 * 12 to 24 hours (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-standards-schedule.html):
 * twice the longest has passed without a check then. A failure stands until something says otherwise.
 */
const STALE_AFTER_HOURS = 48;

const OUTCOMES: Readonly<Record<ControlFinding['Compliance']['Status'], Outcome>> = {
  PASSED: 'compliant',
  FAILED: 'non_compliant',
  WARNING: 'inconclusive',
  NOT_AVAILABLE: 'inconclusive',
};

const WORST_FIRST: readonly Outcome[] = ['non_compliant', 'inconclusive', 'compliant'];

interface Judged extends Place {
  readonly finding: ControlFinding;
}

interface Context {
  readonly control: string;
  readonly now: string;
}

/**
 * One finding for a resource, from those of all standards: the worst of them. Suppressing changes the
 * workflow and not the resource, so that a suppressed failure is a failure that the reason calls
 * suppressed: whether to accept it is for the organization to state, not for Security Hub.
 */
export function judge(subject: string, judged: readonly Judged[], { control, now }: Context): Finding {
  const said = judged.map((it) => saidBy(it.finding, now)).sort((a, b) => (a.text < b.text ? -1 : 1));
  const outcome = WORST_FIRST.find((it) => said.some((one) => one.outcome === it)) ?? 'inconclusive';
  const { resourceType = 'unknown', name = subject } = judged[0] ?? {};
  const reason = [...new Set(said.map((it) => it.text))].join('; ');
  // Without the times: they move at every check and would make each of them a change.
  return { subject, resourceType, name, outcome, reason, facts: { control, findings: said.map((it) => it.facts) } };
}

function saidBy(finding: ControlFinding, now: string) {
  const { GeneratorId, Compliance, Workflow } = finding;
  const reasons = (Compliance.StatusReasons ?? []).map((it) => it.Description ?? it.ReasonCode);
  const updated = lastUpdate(finding);
  const stale = Compliance.Status === 'PASSED' && hoursBetween(updated, now) > STALE_AFTER_HOURS;
  const notes = [
    ...(Workflow.Status === 'SUPPRESSED' ? ['suppressed in Security Hub'] : []),
    ...(stale ? [`last updated ${updated}, more than ${STALE_AFTER_HOURS} hours ago`] : []),
    ...reasons,
  ];
  return {
    outcome: stale ? ('inconclusive' as const) : OUTCOMES[Compliance.Status],
    text: `${GeneratorId}: ${Compliance.Status}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`,
    facts: {
      generator: GeneratorId,
      compliance: Compliance.Status,
      suppressed: Workflow.Status === 'SUPPRESSED',
      stale,
      reasons: (Compliance.StatusReasons ?? []).map((it) => it.ReasonCode).sort(),
      parameters: (Compliance.SecurityControlParameters ?? []).map((it) => ({ name: it.Name, value: it.Value })),
    },
  };
}

function lastUpdate({ UpdatedAt, LastObservedAt = UpdatedAt }: ControlFinding): string {
  return UpdatedAt > LastObservedAt ? UpdatedAt : LastObservedAt;
}

const hoursBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 3_600_000;
