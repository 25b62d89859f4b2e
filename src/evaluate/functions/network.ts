import { z } from 'zod';
import { WitnessmarkError } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';
import { parseCidr, rangesContain } from './cidr.ts';

const Port = z.int().min(-1).max(65_535).nullable();
const Rules = z
  .array(
    z.object({
      protocol: z.string().min(1),
      from: Port,
      to: Port,
      cidrs: z.array(z.string()),
      groups: z.array(z.string()),
      prefixLists: z.array(z.string()),
    }),
  )
  .max(10_000);
type Rule = z.infer<typeof Rules>[number];

/** Names and IANA numbers of the protocols that have ports; EC2 gives either. */
const WITH_PORTS = new Set(['tcp', '6', 'udp', '17', 'sctp', '132', 'udplite', '136', 'dccp', '33']);
const ALL_PROTOCOLS = new Set(['-1', 'all']);

/**
 * Whether the rules let every address of `cidr` (IPv4 or IPv6) reach the port, under any protocol
 * that has ports. Rules add up: 0.0.0.0/1 and 128.0.0.0/1 together open the port to 0.0.0.0/0.
 * A rule for that port with a prefix list whose addresses are not known makes a "no" uncertain, and
 * throws `evaluate-prefix-list`. Malformed rules throw `evaluate-rules`.
 */
export function opensPort(rules: Json, port: number, cidr: string): boolean {
  const wanted = parseCidr(cidr);
  const carrying = parseRules(rules).filter((rule) => carries(rule, checkedPort(port)));
  const ranges = carrying.flatMap((rule) => rule.cidrs.map(parseCidr));
  if (rangesContain(ranges, wanted)) return true;
  const lists = carrying.flatMap((rule) => rule.prefixLists);
  if (lists.length === 0) return false;
  throw new WitnessmarkError(
    'evaluate-prefix-list',
    `port ${port} is open to the prefix list ${lists[0]}, whose addresses were not collected`,
  );
}

/** Those of the ports that `opensPort` says yes to, in the order given. */
export function openPorts(rules: Json, ports: Json, cidr: string): number[] {
  if (!Array.isArray(ports)) throw new WitnessmarkError('evaluate-rules', 'expected a list of ports');
  return ports.map((port) => checkedPort(port)).filter((port) => opensPort(rules, port, cidr));
}

function carries(rule: Rule, port: number): boolean {
  const protocol = rule.protocol.toLowerCase();
  if (ALL_PROTOCOLS.has(protocol)) return true;
  if (!WITH_PORTS.has(protocol)) return false;
  // EC2 leaves the ports out where a rule is for all of them.
  return (rule.from ?? 0) <= port && port <= (rule.to ?? 65_535);
}

function parseRules(json: Json): Rule[] {
  const parsed = Rules.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new WitnessmarkError(
    'evaluate-rules',
    `malformed security group rules at ${issue?.path.join('.') || 'the list'}: ${issue?.message}`,
  );
}

function checkedPort(port: Json | undefined): number {
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new WitnessmarkError('evaluate-rules', `expected a port from 0 to 65535, found ${JSON.stringify(port)}`);
}
