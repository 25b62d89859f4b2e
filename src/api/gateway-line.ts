import { z } from 'zod';
import type { Access } from '../app/access-log.ts';
import { askedText } from './asked.ts';
import { ROUTES } from './routes.ts';

/**
 * Where what callers may have a hand in begins, in the format of `serverless.yml`; nothing before it is theirs. AWS warns that
 * the address a request came from can be forged by a header.
 */
const CALLERS = ',"ip":';
const IP = /^,"ip":"([\da-fA-F.:]{2,45})",/;

/** What the gateway says itself. `integration` is the status that Lambda gave, `-` where it was not asked. */
const Head = z.looseObject({
  request: z.string().regex(/^[!-~]{2,100}$/),
  status: z.string().regex(/^\d{3}$/),
  integration: z.string().max(100),
});

const Text = z.string().optional().catch(undefined);
const Tail = z.looseObject({ method: Text, path: Text, error: Text }).catch({});

/** Of an address that no operation has, or that could not be read. */
const UNKNOWN = 'unknownOperation';

const CODES = new Map([
  ['401', 'gateway-unauthorized'],
  ['403', 'gateway-forbidden'],
]);

/**
 * The access that a line of the gateway's access log tells of, where the gateway refused it before a function was asked:
 * what a function refuses, it records itself. Null for any other line; undefined for one that cannot be read. The head is
 * read apart from the rest, so that no address that somebody asks for can change who was refused or hide that they were.
 * Variables of the log: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function refusedAccess(line: string): Access | null | undefined {
  const at = line.indexOf(CALLERS);
  const head = Head.safeParse(json(`${line.slice(0, Math.max(0, at))}}`));
  if (!head.success) return undefined;
  const { request: requestId, status, integration } = head.data;
  const code = CODES.get(status);
  if (code === undefined || integration !== '-') return null;
  const ip = IP.exec(line.slice(at))?.[1];
  const { method, path, error } = Tail.parse(json(`{${line.slice(at + 1)}`));
  const { operation, params } = operationOf(method ?? '', path ?? '');
  const told = operation === UNKNOWN ? { method, path, error, ip } : { ...params, error, ip };
  return { by: null, role: null, assessment: null, operation, asked: known(told), requestId, outcome: 'refused', code };
}

/** A variable that has no value is written as `-`. */
function known(told: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const has = Object.entries(told).flatMap(([name, text = '-']) => (text === '-' ? [] : [[name, askedText(text)]]));
  return Object.fromEntries(has);
}

interface Operation {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
}

const PATTERNS = ROUTES.map(({ method, path, operation }) => ({
  ...{ operation, method: method.toUpperCase() },
  // Paths of routes have no character that a regular expression takes for its own, but the dot.
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

function operationOf(method: string, path: string): Operation {
  for (const it of PATTERNS) {
    const match = it.method === method ? it.pattern.exec(path) : null;
    if (match !== null) return { operation: it.operation, params: { ...match.groups } };
  }
  return { operation: UNKNOWN, params: {} };
}

/** Longest line that is looked at: API Gateway takes 10,240 bytes of request line and headers. */
const MOST_CHARACTERS = 65_536;

function json(text: string): unknown {
  if (text.length > MOST_CHARACTERS) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
