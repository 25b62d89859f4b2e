import { HOME, MEMBER, REGION } from '../moto.ts';
import type { Seeded } from '../seed.ts';
import { arn, type Expected, each, pair } from './arn.ts';

/** Machines, networks, load balancers, functions and messages. */
export function computeOutcomes(made: Seeded): Expected {
  return { ...machineOutcomes(made), ...networkOutcomes(made), ...balancerOutcomes(made), ...messageOutcomes() };
}

function machineOutcomes({ instances, volumes, images, templates }: Seeded): Expected {
  const templatePair = pair(arn.ec2('launch-template', templates.strict), arn.ec2('launch-template', templates.lax));
  const volumePair = pair(arn.ec2('volume', volumes.encrypted), arn.ec2('volume', volumes.plain));
  return {
    'ec2-instance-imdsv2-required': pair(arn.ec2('instance', instances.strict), arn.ec2('instance', instances.lax)),
    'ec2-instance-recently-launched': { [arn.ec2('instance', instances.strict)]: 'compliant' },
    'ec2-instance-not-stopped-long': { [arn.ec2('instance', instances.strict)]: 'not_applicable' },
    'ec2-launch-template-imdsv2-required': templatePair,
    'ec2-launch-template-no-public-ip': templatePair,
    'ec2-image-not-public': pair(arn.ec2('image', images.own), arn.ec2('image', images.shared)),
    'ec2-volume-encrypted': volumePair,
    // Neither is attached, and there is a snapshot of each.
    'ec2-volume-attached': Object.fromEntries(Object.keys(volumePair).map((it) => [it, 'non_compliant'])),
    'ec2-volume-has-snapshot': Object.fromEntries(Object.keys(volumePair).map((it) => [it, 'compliant'])),
    'ec2-region-ebs-encryption-default': pair(`ec2:${HOME}:${REGION}`, `ec2:${MEMBER}:${REGION}`),
  };
}

function networkOutcomes({ groups, vpcs, subnets, acls, gateways }: Seeded): Expected {
  const group = (id: string) => arn.ec2('security-group', id);
  const vpcPair = pair(arn.ec2('vpc', vpcs.logged), arn.ec2('vpc', vpcs.unlogged));
  return {
    'ec2-security-group-ssh-not-open': pair(group(groups.closed), group(groups.open)),
    'ec2-security-group-rdp-not-open': { [group(groups.open)]: 'compliant' },
    'ec2-security-group-in-use': { [group(groups.open)]: 'non_compliant' },
    'ec2-network-acl-ssh-not-open': pair(arn.ec2('network-acl', acls.closed), arn.ec2('network-acl', acls.open)),
    'ec2-network-acl-in-use': { [arn.ec2('network-acl', acls.closed)]: 'non_compliant' },
    'ec2-vpc-flow-logs-enabled': vpcPair,
    'ec2-vpc-endpoint-for-ec2': vpcPair,
    'ec2-subnet-no-auto-public-ip': pair(arn.ec2('subnet', subnets.quiet), arn.ec2('subnet', subnets.public)),
    'ec2-transit-gateway-attachments-not-auto-accepted': pair(
      arn.ec2('transit-gateway', gateways.manual),
      arn.ec2('transit-gateway', gateways.automatic),
    ),
  };
}

function balancerOutcomes({ balancers, listeners }: Seeded): Expected {
  const checks = ['access-logged', 'deletion-protected', 'invalid-headers-dropped', 'desync-mitigated', 'internal'];
  return {
    ...each(
      checks.map((it) => `elbv2-load-balancer-${it}`),
      pair(balancers.good, balancers.open),
    ),
    'elbv2-load-balancer-multiple-zones': { [balancers.good]: 'compliant', [balancers.open]: 'compliant' },
    'elbv2-listener-http-redirected': {
      ...pair(listeners.redirect, listeners.plain),
      [listeners.tls]: 'not_applicable',
    },
    'elbv2-listener-encrypted': { ...pair(listeners.redirect, listeners.plain), [listeners.tls]: 'compliant' },
    'elbv2-listener-tls-policy-modern': { [listeners.tls]: 'compliant', [listeners.plain]: 'not_applicable' },
  };
}

function messageOutcomes(): Expected {
  const functions = pair(arn.function('good'), arn.function('open'));
  const dead = arn.queue('dead');
  const queues = pair(arn.queue('good'), arn.queue('open'));
  return {
    ...each(
      ['policy-not-public', 'runtime-supported', 'in-vpc', 'traced'].map((it) => `lambda-function-${it}`),
      functions,
    ),
    'lambda-function-multiple-zones': { [arn.function('good')]: 'compliant', [arn.function('open')]: 'not_applicable' },
    ...each(
      ['encrypted-with-kms', 'policy-not-public', 'tls-only', 'no-http-subscriptions'].map((it) => `sns-topic-${it}`),
      pair(arn.topic('good'), arn.topic('open')),
    ),
    'sqs-queue-encrypted': { ...queues, [dead]: 'compliant' },
    'sqs-queue-policy-not-public': { ...queues, [dead]: 'compliant' },
    'sqs-queue-tls-only': { ...queues, [dead]: 'not_applicable' },
    'sqs-queue-has-dead-letter-queue': { ...queues, [dead]: 'not_applicable' },
  };
}
