import { z } from 'zod';
import { type Aws, population } from '../../service.ts';
import { describeDetector, featuresOf } from './detector.ts';
import { openHighFindings } from './open-findings.ts';
import { administratorOf, hasMembers, isExporting } from './relations.ts';

/**
 * The detector of the region: AWS allows one. Where there is none the region is still a subject, and
 * the same one, so that "no detector" and its end stand in one history.
 */
export const detectors = population({
  type: 'AWS::GuardDuty::Detector',
  facts: {
    present: 'whether the region has a detector',
    enabled: 'whether the detector is on; false without one',
    features:
      'names of what is on, by the names of the API: CLOUD_TRAIL, DNS_LOGS, FLOW_LOGS, S3_DATA_EVENTS, EKS_AUDIT_LOGS, EBS_MALWARE_PROTECTION, RDS_LOGIN_EVENTS, LAMBDA_NETWORK_LOGS, EKS_RUNTIME_MONITORING, RUNTIME_MONITORING …; an additional configuration stands behind its feature, as in RUNTIME_MONITORING/EKS_ADDON_MANAGEMENT; empty without a detector that is on',
    frequency:
      'how often updates of findings are published: FIFTEEN_MINUTES, ONE_HOUR or SIX_HOURS; null without a detector and where it does not say',
    administrator:
      'the account that manages this one, {account, status}; null for an account on its own, for an administrator, and without a detector',
    members: 'whether the account is an administrator with associated member accounts; false without a detector',
    exporting:
      'whether findings are exported to a bucket and the export works: PUBLISHING; false without any destination',
    openHigh:
      'findings of this account and region of severity 7.0 or above that are not archived: {count, oldest: when the oldest was generated, or null; types}',
  },
  permissions: [
    'guardduty:GetAdministratorAccount',
    'guardduty:GetDetector',
    'guardduty:GetFindings',
    'guardduty:ListDetectors',
    'guardduty:ListFindings',
    'guardduty:ListMembers',
    'guardduty:ListPublishingDestinations',
  ],
  async read(aws) {
    const page = {
      items: z.string().min(1),
      at: 'DetectorIds',
      token: { out: 'NextToken', in: 'NextToken' },
    };
    const ids = await aws.list('guardduty:ListDetectors', {}, page);
    const id = `guardduty:${aws.account}:${aws.region}`;
    if (ids.length === 0) return [{ id, name: aws.region, facts: absent }];
    const suffix = (detector: string) => (ids.length === 1 ? '' : `:${detector}`);
    return ids.map((it) => ({ id: id + suffix(it), name: aws.region, facts: factsOf(it) }));
  },
});

const absent = {
  present: () => false,
  enabled: () => false,
  features: () => [],
  frequency: () => null,
  administrator: () => null,
  members: () => false,
  exporting: () => false,
  openHigh: () => ({ count: 0, oldest: null, types: [] }),
};

function factsOf(detector: string) {
  return {
    present: () => true,
    enabled: async (aws: Aws) => (await describeDetector(aws, detector)).Status === 'ENABLED',
    features: async (aws: Aws) => featuresOf(await describeDetector(aws, detector)),
    frequency: async (aws: Aws) => (await describeDetector(aws, detector)).FindingPublishingFrequency ?? null,
    administrator: (aws: Aws) => administratorOf(aws, detector),
    members: (aws: Aws) => hasMembers(aws, detector),
    exporting: (aws: Aws) => isExporting(aws, detector),
    openHigh: (aws: Aws) => openHighFindings(aws, detector),
  };
}
