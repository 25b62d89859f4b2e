import { Environment } from '@marcbachmann/cel-js';
import type { Json } from '../model/json.ts';
import { FUNCTIONS, type FunctionDefinition } from './functions/catalogue.ts';
import { fromCel, toCel } from './value.ts';

/** Longest expression, in characters, that is parsed at all. */
export const MAX_EXPRESSION = 4000;

/** Bounds on the shape of an expression; a sane check stays far below all of them. */
const LIMITS = { maxAstNodes: 1000, maxDepth: 40, maxListElements: 250, maxMapEntries: 50, maxCallArguments: 8 };

/** A variable that expressions may use. */
interface Variable {
  readonly name: string;
  readonly type: string;
  readonly description: string;
}

const CHECK_VARIABLES: readonly Variable[] = [
  { name: 'resource', type: 'map<string, dyn>', description: 'Facts of the resource: resource.<fact>' },
  { name: 'params', type: 'map<string, dyn>', description: 'Parameters of the check, as the control set them' },
  { name: 'account', type: 'string', description: 'Id of the account that the resource is in' },
  { name: 'region', type: 'string', description: 'Region that the resource is in, or "global"' },
  { name: 'now', type: 'string', description: "The run's time, RFC 3339 in UTC" },
];

const EVENT_VARIABLES: readonly Variable[] = [
  { name: 'event', type: 'map<string, dyn>', description: 'One CloudTrail record: event.<field>' },
];

/** CEL as checks see it: `resource`, `params`, `account`, `region`, `now`, and our functions. */
export const checkEnvironment: Environment = createEnvironment(CHECK_VARIABLES);

let ofEvents: Environment | undefined;

/** CEL as event selectors see it: `event` and our functions. Made when first asked: what collects judges no events. */
export function eventEnvironment(): Environment {
  ofEvents ??= createEnvironment(EVENT_VARIABLES);
  return ofEvents;
}

/** One function of ours, for the documentation. */
export interface FunctionDoc {
  readonly signature: string;
  readonly description: string;
  readonly params: readonly { readonly name: string; readonly type: string; readonly description: string }[];
}

/** Our functions as the environment itself describes them, in order of name. */
export function functionDocs(): FunctionDoc[] {
  const own = new Set(FUNCTIONS.map((it) => it.signature.slice(0, it.signature.indexOf('('))));
  return checkEnvironment
    .getDefinitions()
    .functions.filter((it) => it.receiverType === null && own.has(it.name))
    .map((it) => ({
      signature: it.signature,
      description: it.description ?? '',
      params: it.params.map((param) => ({ ...param, description: param.description ?? '' })),
    }))
    .toSorted((a, b) => (a.signature < b.signature ? -1 : 1));
}

function createEnvironment(variables: readonly Variable[]): Environment {
  const environment = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS });
  for (const { name, type, description } of variables) environment.registerVariable(name, type, { description });
  for (const definition of FUNCTIONS) register(environment, definition);
  return environment;
}

function register(environment: Environment, { signature, description, params, handler }: FunctionDefinition): void {
  const isDouble = signature.endsWith('): double');
  const call = (...args: unknown[]): unknown => {
    const result: Json = handler(...args.map((it) => fromCel(it)));
    return isDouble ? result : toCel(result);
  };
  environment.registerFunction(signature, call, { description, params: [...params], async: false });
}
