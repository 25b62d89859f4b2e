import { amended } from './amendments.ts';
import { guardDutyAnswer } from './answers-guardduty.ts';
import { hubAnswer } from './answers-hub.ts';
import { settingsAnswer } from './answers-settings.ts';
import { CONFIG_RULES, type ConfigRule, type Evaluation, evaluate } from './config-rules.ts';
import { faultOf } from './faults.ts';
import type { Call, Proxied } from './proxy.ts';
import { type Random, uuid } from './random.ts';
import { jsonAnswer, type WireAnswer } from './wire.ts';
import type { World } from './world.ts';

/** How the proxy answers at a time. Everything here is listed in the recording's README. */
export function answersAt(world: World, now: string, random: Random): Proxied {
  const day = now.slice(0, 10);
  return {
    async answer(call) {
      const requestId = uuid(random);
      return (
        faultOf(world, call, day, () => requestId) ??
        (await settingsAnswer(world, call, now, requestId)) ??
        guardDutyAnswer(world, call, now, requestId) ??
        (await hubAnswer(world, call, now, requestId)) ??
        (await complianceAnswer(world, call, now, requestId))
      );
    },
    amend: (call, body) => amended(world, call, body, now),
  };
}

async function complianceAnswer(
  world: World,
  { operation, account, region, body }: Call,
  now: string,
  requestId: string,
): Promise<WireAnswer | undefined> {
  if (operation !== 'GetComplianceDetailsByConfigRule') return undefined;
  const { ConfigRuleName } = JSON.parse(body) as { ConfigRuleName: string };
  const identifier = ConfigRuleName.toUpperCase().replaceAll('-', '_');
  const rule = CONFIG_RULES.find(
    (it) => it.account === account && it.region === region && it.identifier === identifier,
  );
  const results = rule === undefined ? undefined : await evaluate(world, rule, now.slice(0, 10));
  if (rule === undefined || results === undefined) return undefined;
  return jsonAnswer(complianceOf(rule, ConfigRuleName, results, now), requestId);
}

function complianceOf(rule: ConfigRule, ConfigRuleName: string, results: readonly Evaluation[], now: string): object {
  // Rules were evaluated an hour before the run; times are in seconds.
  const evaluated = Date.parse(now) / 1000 - 3600 + rule.identifier.length;
  const EvaluationResults = results.map(({ type, id, compliance, annotation }) => ({
    EvaluationResultIdentifier: {
      EvaluationResultQualifier: { ConfigRuleName, ResourceType: type, ResourceId: id, EvaluationMode: 'DETECTIVE' },
      OrderingTimestamp: evaluated,
    },
    ComplianceType: compliance,
    ResultRecordedTime: evaluated + 0.41,
    ConfigRuleInvokedTime: evaluated,
    ...(annotation === undefined ? {} : { Annotation: annotation }),
  }));
  return { EvaluationResults };
}
