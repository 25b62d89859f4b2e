import { DEVELOPMENT, IRELAND, PRODUCTION, VIRGINIA } from './names.ts';
import { randomOf, uuid } from './random.ts';
import type { World } from './world.ts';

/** A GuardDuty detector. A type, not an interface, so that it is JSON. */
export type Detector = {
  readonly id: string;
  readonly created: string;
  readonly enabled: boolean;
  readonly features: readonly string[];
  readonly exported: boolean;
};

/** All that GuardDuty can watch, by the names of its API. */
export const FEATURES = [
  ...['CLOUD_TRAIL', 'DNS_LOGS', 'FLOW_LOGS', 'S3_DATA_EVENTS', 'EKS_AUDIT_LOGS', 'EBS_MALWARE_PROTECTION'],
  ...['RDS_LOGIN_EVENTS', 'LAMBDA_NETWORK_LOGS', 'RUNTIME_MONITORING'],
];
const BASIC = ['CLOUD_TRAIL', 'DNS_LOGS', 'FLOW_LOGS'];
const USUAL = [...BASIC, 'S3_DATA_EVENTS', 'EBS_MALWARE_PROTECTION', 'RDS_LOGIN_EVENTS', 'LAMBDA_NETWORK_LOGS'];

const PLACES = [
  { account: PRODUCTION, region: IRELAND, created: '2024-02-07T10:01:32.418Z', features: USUAL },
  { account: PRODUCTION, region: VIRGINIA, created: '2024-11-04T13:40:09.722Z', features: USUAL },
  { account: DEVELOPMENT, region: IRELAND, created: '2024-03-06T09:12:51.064Z', features: BASIC },
  { account: DEVELOPMENT, region: VIRGINIA, created: '2025-05-12T10:20:37.995Z', features: BASIC },
];

export const detectorName = (account: string, region: string): string => `detector/${account}/${region}`;

/** Keeps a detector for every region. The emulator has no findings, members or destinations. */
export async function seedDetectors(world: World): Promise<void> {
  const random = randomOf(31);
  for (const { account, region, created, features } of PLACES) {
    const id = uuid(random).replaceAll('-', '');
    const isExported = account === PRODUCTION;
    const detector: Detector = { id, created, enabled: true, features, exported: isExported };
    world.kept.set(detectorName(account, region), detector);
  }
}

/** What GuardDuty found, and when somebody archived it. */
export interface Threat {
  readonly account: string;
  readonly region: string;
  readonly type: string;
  readonly severity: number;
  readonly title: string;
  readonly found: string;
  readonly archived: string;
}

const NEVER = '9999-12-31T00:00:00Z';

export const THREATS: readonly Threat[] = [
  {
    account: PRODUCTION,
    region: IRELAND,
    type: 'UnauthorizedAccess:EC2/SSHBruteForce',
    severity: 8,
    title: 'An address on the internet is performing SSH brute force attacks against the bastion.',
    found: '2026-10-20T19:44:12.000Z',
    archived: '2026-10-22T08:30:00Z',
  },
  {
    account: DEVELOPMENT,
    region: IRELAND,
    type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
    severity: 8,
    title: 'An instance is querying a domain name that is associated with cryptocurrency activity.',
    found: '2026-09-18T03:27:55.000Z',
    archived: NEVER,
  },
  {
    account: PRODUCTION,
    region: IRELAND,
    type: 'Recon:EC2/PortProbeUnprotectedPort',
    severity: 2,
    title: 'An unprotected port on the load balancer is being probed.',
    found: '2026-10-03T11:02:31.000Z',
    archived: NEVER,
  },
];
