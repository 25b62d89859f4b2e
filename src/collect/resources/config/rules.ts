import { z } from 'zod';
import type { Aws, FindingReader, FindingSet } from '../../service.ts';
import { findingsOf } from './compliance.ts';

const Rule = z.object({
  ConfigRuleName: z.string().min(1),
  ConfigRuleState: z.string().optional(),
  InputParameters: z.string().optional(),
  Scope: z.object({ ComplianceResourceTypes: z.array(z.string()).optional() }).optional(),
  Source: z.object({ Owner: z.string(), SourceIdentifier: z.string().optional() }),
});
export type Rule = z.infer<typeof Rule>;

/** Stands for a set of findings whose rules do not say which one type they are about. */
const ANY_RESOURCE = 'AWS::Config::ResourceCompliance';

/**
 * What the Config rules of the region say, one set for each managed rule identifier (several rules
 * may use the same, with other parameters) and one for each custom rule by its name.
 */
export const ruleFindings: FindingReader = {
  permissions: [
    'config:DescribeConfigRules',
    'config:DescribeConfigRuleEvaluationStatus',
    'config:GetComplianceDetailsByConfigRule',
  ],
  async read(aws) {
    const rules = await aws.list(
      'config:DescribeConfigRules',
      {},
      {
        items: Rule,
        at: 'ConfigRules',
        token: { out: 'NextToken', in: 'NextToken' },
      },
    );
    const kept = rules.filter((it) => it.ConfigRuleState?.startsWith('DELETING') !== true);
    const bySource = Map.groupBy(kept, sourceOf);
    return [...bySource].map(([source, of]) => setOf(source, of));
  },
};

function setOf(source: string, rules: readonly Rule[]): FindingSet {
  const types = new Set(rules.flatMap((it) => it.Scope?.ComplianceResourceTypes ?? [ANY_RESOURCE]));
  const [type = ANY_RESOURCE] = types;
  const resourceType = types.size === 1 ? type : ANY_RESOURCE;
  return { source, resourceType, read: (aws: Aws) => findingsOf(aws, rules) };
}

/**
 * `config_rule:` with the identifier of a managed rule, or the name of a custom one. A custom rule
 * may be given any name: one that looks like an identifier of AWS gets `custom.` before it, so that
 * nobody's own rule is taken for AWS's. Other characters than a source may have become `_`.
 */
function sourceOf({ ConfigRuleName, Source }: Rule): string {
  if (Source.Owner === 'AWS' && Source.SourceIdentifier !== undefined) return `config_rule:${Source.SourceIdentifier}`;
  const name = ConfigRuleName.replaceAll(/[^A-Za-z0-9_.-]/g, '_');
  return /^[A-Z0-9_]+$/.test(name) ? `config_rule:custom.${name}` : `config_rule:${name}`;
}
