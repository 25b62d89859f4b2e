import { HOME, MEMBER, REGION } from '../moto.ts';
import { arn, type Expected, each, pair } from './arn.ts';

const here = (service: string, account: string) => `${service}:${account}:${REGION}`;
const between = (service: string) => pair(here(service, HOME), here(service, MEMBER));

/** Trails, log groups, alarms, and what watches the account. */
export function recordOutcomes(): Expected {
  const trails = ['logging', 'multi-region', 'log-validation-enabled', 'encrypted-with-kms', 'sends-to-cloudwatch'];
  const groups = ['retention-long-enough', 'encrypted-with-cmk', 'policy-not-public'];
  return {
    ...each(
      trails.map((it) => `cloudtrail-trail-${it}`),
      pair(arn.trail('main'), arn.trail('idle')),
    ),
    'cloudtrail-trail-insights-enabled': { [arn.trail('main')]: 'compliant', [arn.trail('idle')]: 'not_applicable' },
    'cloudtrail-region-management-events-recorded': between('cloudtrail'),
    'cloudtrail-region-s3-reads-recorded': between('cloudtrail'),
    'cloudtrail-region-s3-writes-recorded': between('cloudtrail'),
    ...each(
      groups.map((it) => `logs-group-${it}`),
      pair(arn.logGroup('good'), arn.logGroup('open')),
    ),
    ...each(
      ['cloudwatch-alarm-actions-enabled', 'cloudwatch-alarm-has-alarm-action'],
      pair(arn.alarm('root-use'), arn.alarm('silent')),
    ),
    'cloudwatch-monitoring-root-usage-alerted': between('cloudwatch'),
    'cloudwatch-monitoring-vpc-changes-alerted': { [here('cloudwatch', HOME)]: 'non_compliant' },
    'config-recorder-recording-all': between('config'),
    'config-recorder-role-service-linked': { [here('config', HOME)]: 'non_compliant' },
    'guardduty-detector-enabled': between('guardduty'),
    'guardduty-detector-s3-protected': { [here('guardduty', HOME)]: 'compliant' },
    'securityhub-hub-enabled': between('securityhub'),
  };
}
