import { hasMacie } from './config-rules.ts';
import type { Control } from './hubs.ts';
import { IRELAND, PRODUCTION, VIRGINIA } from './names.ts';
import type { Place } from './world.ts';

/** What a control says about things that the emulator does not have. */
interface Said {
  readonly id: string;
  readonly title: string;
  readonly severity: Control['severity'];
  readonly type: string;
  /** Ids of what it judges in a place; ARNs but for accounts. */
  of(place: Place): readonly string[];
  passed(place: Place, day: string): boolean;
}

const account = { type: 'AwsAccount', of: ({ account: id }: Place) => [`AWS::::Account:${id}`] };
const isProduction = (place: Place): boolean => place.account === PRODUCTION;

/** Sessions of the portal are kept in a cache in Ireland. */
const cache = {
  type: 'AwsElastiCacheReplicationGroup',
  of: (place: Place) =>
    isProduction(place) && place.region === IRELAND
      ? [`arn:aws:elasticache:${IRELAND}:${PRODUCTION}:replicationgroup:portal-sessions`]
      : [],
};
/** Pictures and scripts of the portal come from CloudFront, which is judged in Virginia. */
const distribution = {
  type: 'AwsCloudFrontDistribution',
  of: (place: Place) =>
    isProduction(place) && place.region === VIRGINIA
      ? [`arn:aws:cloudfront::${PRODUCTION}:distribution/E1PORTALASSETS`]
      : [],
};

/** When a web filter was put before the distribution. */
const FILTERED = '2026-10-21';

const SAID: readonly Said[] = [
  { ...account, id: 'Inspector.1', title: 'Inspector scans EC2 instances', severity: 'HIGH', passed: isProduction },
  { ...account, id: 'Inspector.2', title: 'Inspector scans images in ECR', severity: 'HIGH', passed: isProduction },
  { ...account, id: 'Inspector.4', title: 'Inspector scans Lambda functions', severity: 'HIGH', passed: () => false },
  {
    ...account,
    id: 'Macie.2',
    title: 'Macie looks for sensitive data by itself',
    severity: 'HIGH',
    passed: (place, day) => isProduction(place) && hasMacie(day),
  },
  { ...cache, id: 'ElastiCache.3', title: 'Caches fail over', severity: 'MEDIUM', passed: () => true },
  { ...cache, id: 'ElastiCache.4', title: 'Caches are encrypted at rest', severity: 'MEDIUM', passed: () => true },
  { ...cache, id: 'ElastiCache.5', title: 'Caches are reached over TLS', severity: 'MEDIUM', passed: () => true },
  { ...distribution, id: 'CloudFront.3', title: 'Viewers use HTTPS', severity: 'MEDIUM', passed: () => true },
  {
    ...distribution,
    id: 'CloudFront.6',
    title: 'Distributions have a web filter',
    severity: 'MEDIUM',
    passed: (_, day) => day > FILTERED,
  },
];

/** Controls about services that the company has and the emulator does not run for it. */
export const SAID_CONTROLS: readonly Control[] = SAID.map(({ id, title, severity, type, of, passed }) => ({
  id,
  title,
  severity,
  judge: (_, place, now) =>
    Promise.resolve(of(place).map((it) => ({ type, id: it, passed: passed(place, now.slice(0, 10)) }))),
}));
