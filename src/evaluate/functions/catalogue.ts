import { WitnessmarkError } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';
import { arnAccount } from './arn.ts';
import {
  allowsAccount,
  allowsAction,
  allowsFullAdmin,
  allowsPublic,
  allowsService,
  allowsServiceWildcard,
  denies,
  publicStatements,
} from './iam-policy.ts';
import { join } from './lists.ts';
import { unmonitored } from './monitoring.ts';
import { openPorts, opensPort } from './network.ts';
import { ageDays } from './time.ts';

/** A function that expressions may call: CEL signature, and a handler on plain JSON. */
export interface FunctionDefinition {
  readonly signature: string;
  readonly description: string;
  readonly params: readonly { readonly name: string; readonly description: string }[];
  readonly handler: (...args: Json[]) => Json;
}

const policy = { name: 'policy', description: 'A policy document, or null for none' };
const rules = { name: 'rules', description: 'Rules of a security group: resource.ingress or resource.egress' };
const cidr = { name: 'cidr', description: 'An IPv4 or IPv6 range such as "0.0.0.0/0"' };

/** All functions of ours. Each is pure; a malformed argument is an error, which makes a check inconclusive. */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  {
    signature: 'allowsPublic(dyn): bool',
    description: 'An Allow statement of the resource policy reaches everyone and no condition certainly narrows it',
    params: [policy],
    handler: (document) => allowsPublic(nullable(document)),
  },
  {
    signature: 'publicStatements(dyn): list<string>',
    description: 'Names (Sid, else index from 0) of the statements that make allowsPublic true',
    params: [policy],
    handler: (document) => publicStatements(nullable(document)),
  },
  {
    signature: 'allowsAccount(dyn, string): bool',
    description: 'An Allow statement of the resource policy may reach the account or a principal in it',
    params: [policy, { name: 'account', description: 'A 12-digit account id' }],
    handler: (document, account) => allowsAccount(nullable(document), text(account)),
  },
  {
    signature: 'denies(dyn, string, map): bool',
    description: 'The policy certainly denies the action to everyone on all its resources in such a request',
    params: [
      policy,
      { name: 'action', description: 'An action such as "s3:GetObject", or "s3:*"' },
      { name: 'context', description: 'Condition keys of the request: {"aws:SecureTransport": "false"}' },
    ],
    handler: (document, action, context) => denies(nullable(document), text(action), nullable(context)),
  },
  {
    signature: 'allowsAction(dyn, string, string): bool',
    description: 'The identity policy grants the action on the resource without a condition',
    params: [
      policy,
      { name: 'action', description: 'An action such as "kms:Decrypt"' },
      { name: 'resource', description: 'An ARN, or "*"' },
    ],
    handler: (document, action, resource) => allowsAction(nullable(document), text(action), text(resource)),
  },
  {
    signature: 'allowsFullAdmin(dyn): bool',
    description: 'An Allow statement of the identity policy grants every action on every resource',
    params: [policy],
    handler: (document) => allowsFullAdmin(nullable(document)),
  },
  {
    signature: 'allowsService(dyn, string): bool',
    description: 'An Allow statement of the identity policy grants every action of the service on every resource',
    params: [policy, { name: 'service', description: 'The part of an action before the colon: "kms"' }],
    handler: (document, service) => allowsService(nullable(document), text(service)),
  },
  {
    signature: 'allowsServiceWildcard(dyn): list<string>',
    description:
      'Services of which the identity policy grants every action on every resource; "*" for all services, "* but iam:*" for those that a NotAction leaves in',
    params: [policy],
    handler: (document) => allowsServiceWildcard(nullable(document)),
  },
  {
    signature: 'opensPort(dyn, int, string): bool',
    description: 'The rules together let the whole range reach the port, under any protocol that has ports',
    params: [rules, { name: 'port', description: 'A port from 0 to 65535' }, cidr],
    handler: (list, port, range) => opensPort(nullable(list), Number(port), text(range)),
  },
  {
    signature: 'openPorts(dyn, dyn, string): list<int>',
    description: 'Those of the ports that opensPort says yes to',
    params: [rules, { name: 'ports', description: 'A list of ports' }, cidr],
    handler: (list, ports, range) => openPorts(nullable(list), nullable(ports), text(range)),
  },
  {
    signature: 'ageDays(dyn, string): double',
    description: 'Days, with fractions, from the time to now',
    params: [
      { name: 'timestamp', description: 'A time, RFC 3339' },
      { name: 'now', description: 'The variable now' },
    ],
    handler: (timestamp, now) => ageDays(timestamp, text(now)),
  },
  {
    signature: 'arnAccount(string): string',
    description: 'The account id in an ARN, empty where it has none',
    params: [{ name: 'arn', description: 'An ARN' }],
    handler: (arn) => arnAccount(text(arn)),
  },
  {
    signature: 'unmonitored(dyn, map): list<string>',
    description: 'Those of the events that no metric filter with an alarm that acts certainly reports',
    params: [
      { name: 'filters', description: 'Metric filters of CloudTrail log groups: resource.filters' },
      {
        name: 'event',
        description:
          'Known fields of the events: {"eventName": ["A", "B"]}; a list is one event for each item, null an absent field, {"not": "x"} a text that it never is',
      },
    ],
    handler: (filters, event) => unmonitored(nullable(filters), nullable(event)),
  },
  {
    signature: 'join(list, string): string',
    description: 'The items of a list as one text',
    params: [
      { name: 'list', description: 'Texts or numbers' },
      { name: 'separator', description: 'What stands between them' },
    ],
    handler: (list, separator) => join(nullable(list), text(separator)),
  },
];

function nullable(value: Json | undefined): Json {
  return value ?? null;
}

function text(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new WitnessmarkError('evaluate-argument', `expected a text, found ${JSON.stringify(value)?.slice(0, 60)}`);
}
