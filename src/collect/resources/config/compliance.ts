import { z } from 'zod';
import type { Outcome } from '../../../model/evidence.ts';
import { RetrievalFailure } from '../../failure.ts';
import type { Aws, Finding } from '../../service.ts';
import type { Rule } from './rules.ts';
import { subjectOf } from './subject.ts';

const Evaluation = z.object({
  EvaluationResultIdentifier: z.object({
    EvaluationResultQualifier: z.object({
      ResourceType: z.string().min(1),
      ResourceId: z.string().min(1),
      EvaluationMode: z.string().optional(),
    }),
  }),
  ComplianceType: z.enum(['COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA']),
  Annotation: z.string().optional(),
});

interface Judged {
  readonly rule: Rule;
  readonly evaluation: z.infer<typeof Evaluation>;
}

const OUTCOMES: Readonly<Record<z.infer<typeof Evaluation>['ComplianceType'], Outcome>> = {
  COMPLIANT: 'compliant',
  NON_COMPLIANT: 'non_compliant',
  NOT_APPLICABLE: 'not_applicable',
  INSUFFICIENT_DATA: 'inconclusive',
};

const WORST_FIRST: readonly Outcome[] = ['non_compliant', 'inconclusive', 'compliant', 'not_applicable'];

/** What all rules of one source say, one finding per resource: the worst outcome of any of them. */
export async function findingsOf(aws: Aws, rules: readonly Rule[]): Promise<Finding[]> {
  const judged = (await Promise.all(rules.map((rule) => judgedBy(aws, rule)))).flat();
  const bySubject = Map.groupBy(judged, ({ evaluation }) => {
    const { ResourceType, ResourceId } = evaluation.EvaluationResultIdentifier.EvaluationResultQualifier;
    return subjectOf(aws, ResourceType, ResourceId);
  });
  const findings = [...bySubject].map(([subject, of]) => findingOf(subject, of));
  return findings.sort((a, b) => (a.subject < b.subject ? -1 : 1));
}

async function judgedBy(aws: Aws, rule: Rule): Promise<Judged[]> {
  const { ConfigRuleName } = rule;
  const listed = await aws.list(
    'config:GetComplianceDetailsByConfigRule',
    { ConfigRuleName, Limit: 100 },
    {
      items: Evaluation,
      at: 'EvaluationResults',
      token: { out: 'NextToken', in: 'NextToken' },
    },
  );
  if (listed.length === 0) await assertEvaluated(aws, rule);
  // Proactive results judge templates before anything is deployed.
  const deployed = listed.filter(
    (it) => it.EvaluationResultIdentifier.EvaluationResultQualifier.EvaluationMode !== 'PROACTIVE',
  );
  return deployed.map((evaluation) => ({ rule, evaluation }));
}

const EvaluationStatus = z.object({
  ConfigRulesEvaluationStatus: z.array(
    z.object({
      LastSuccessfulEvaluationTime: z.string().optional(),
      LastErrorCode: z.string().optional(),
      LastErrorMessage: z.string().optional(),
    }),
  ),
});

/** "No results" means "no resources" only after the rule was evaluated; before that it means nothing. */
async function assertEvaluated(aws: Aws, { ConfigRuleName }: Rule): Promise<void> {
  const operation = 'config:DescribeConfigRuleEvaluationStatus';
  const answer = await aws.get(operation, { ConfigRuleNames: [ConfigRuleName] }, EvaluationStatus);
  const [status] = answer.ConfigRulesEvaluationStatus;
  if (status?.LastSuccessfulEvaluationTime !== undefined) return;
  const error = [status?.LastErrorCode, status?.LastErrorMessage].filter((it) => it !== undefined).join(': ');
  const message = `AWS Config has not evaluated the rule ${ConfigRuleName} yet${error === '' ? '' : ` (${error})`}`;
  throw new RetrievalFailure({
    operation,
    kind: 'rejected',
    name: 'RuleNotEvaluated',
    message,
    status: null,
    requestId: null,
  });
}

function findingOf(subject: string, judged: readonly Judged[]): Finding {
  const said = judged.map(({ rule, evaluation }) => ({
    rule: rule.ConfigRuleName,
    compliance: evaluation.ComplianceType,
    annotation: evaluation.Annotation ?? null,
    parameters: rule.InputParameters ?? null,
  }));
  const rules = said.sort((a, b) => (a.rule < b.rule ? -1 : 1));
  const outcomes = judged.map(({ evaluation }) => OUTCOMES[evaluation.ComplianceType]);
  const outcome = WORST_FIRST.find((it) => outcomes.includes(it)) ?? 'inconclusive';
  const of = judged[0]?.evaluation.EvaluationResultIdentifier.EvaluationResultQualifier;
  const resourceType = of?.ResourceType ?? 'unknown';
  const resourceId = of?.ResourceId ?? 'unknown';
  const reason = rules.map(
    (it) => `${it.rule}: ${it.compliance}${it.annotation === null ? '' : ` (${it.annotation})`}`,
  );
  // Without the times of evaluation: they move at every evaluation and would make each of them a change.
  return { subject, resourceType, name: resourceId, outcome, reason: reason.join('; '), facts: { resourceId, rules } };
}
