import { CONFIG_RULES, type ConfigRule, type Evaluation, evaluate } from './config-rules.ts';
import { amendReport } from './credential-report.ts';
import { faultOf } from './faults.ts';
import { PRODUCTION } from './names.ts';
import type { Call, Proxied } from './proxy.ts';
import { type Random, uuid } from './random.ts';
import { ec2Answer, jsonAnswer, type WireAnswer } from './wire.ts';
import type { World } from './world.ts';

/** How the proxy answers at a time. Everything here is listed in the recording's README. */
export function answersAt(world: World, now: string, random: Random): Proxied {
  const requestId = () => uuid(random);
  const day = now.slice(0, 10);
  return {
    async answer(call) {
      return faultOf(world, call, day, requestId) ?? (await madeUp(world, call, now, requestId));
    },
    amend(call, body) {
      if (call.operation === 'AssumeRole') return body.replace(/<Expiration>[^<]+/, '<Expiration>2099-01-01T00:00:00Z');
      if (call.operation === 'GetAccountSummary') return amendSummary(body, call.account);
      if (call.operation !== 'GetCredentialReport') return undefined;
      return body.replace(/<Content>([^<]+)/, (_, content: string) => {
        const csv = Buffer.from(content, 'base64').toString('utf8');
        return `<Content>${Buffer.from(amendReport(csv, call.account, now)).toString('base64')}`;
      });
    },
  };
}

async function madeUp(
  world: World,
  { operation, account, region, body }: Call,
  now: string,
  requestId: () => string,
): Promise<WireAnswer | undefined> {
  if (operation === 'GetEbsDefaultKmsKeyId') {
    return ec2Answer(operation, { kmsKeyId: 'alias/aws/ebs' }, requestId());
  }
  if (operation !== 'GetComplianceDetailsByConfigRule') return undefined;
  const { ConfigRuleName } = JSON.parse(body) as { ConfigRuleName: string };
  const identifier = ConfigRuleName.toUpperCase().replaceAll('-', '_');
  const rule = CONFIG_RULES.find(
    (it) => it.account === account && it.region === region && it.identifier === identifier,
  );
  const results = rule === undefined ? undefined : await evaluate(world, rule, now.slice(0, 10));
  if (rule === undefined || results === undefined) return undefined;
  return jsonAnswer(complianceOf(rule, ConfigRuleName, results, now), requestId());
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

/** The emulator has no root user: production's has a password and MFA, development's has nothing. */
function amendSummary(body: string, account: string): string {
  const isProduction = Number(account === PRODUCTION);
  const entry = `<entry><key>AccountPasswordPresent</key><value>${isProduction}</value></entry>`;
  return body
    .replace(/(<key>AccountMFAEnabled<\/key>\s*<value>)\d+/, `$1${isProduction}`)
    .replace(/(<SummaryMap>)/, `$1${entry}`);
}
