import type { Json, JsonObject } from '../../model/json.ts';
import { isEnvironment, isSecretName, keyKind, staysReadable } from './names.ts';

const NAME_KEYS =
  `Key key Name name ParameterKey parameterKey ParameterName parameterName OutputKey outputKey OptionName optionName
  HeaderName headerName TagKey tagKey`.split(/\s+/);
const VALUE_KEYS = new Set(
  `Value value ParameterValue parameterValue OutputValue outputValue HeaderValue headerValue TagValue tagValue
  StringValue stringValue DefaultValue defaultValue`.split(/\s+/),
);
const SSM_TYPES = new Set(['String', 'StringList', 'SecureString']);

/** The rule by which a field of an object is taken out; `readable` where nothing may touch it, undefined where it is looked into. */
export type FieldRule = (key: string, value: Json) => string | undefined;

/** How the fields of one object are dealt with. `key` leads to the object, `above` to what holds that. */
export function fieldRule(object: JsonObject, key: string | number, above: string | number | undefined): FieldRule {
  const map = mapRule(object, key);
  return (name, value) => {
    if (staysReadable(name, value)) return 'readable';
    const pair = VALUE_KEYS.has(name) ? pairRule(object, typeof key === 'number' ? above : key) : undefined;
    if (pair !== undefined) return pair;
    return keyRule(name, value, key) ?? (typeof value === 'string' ? map : undefined);
  };
}

function keyRule(name: string, value: Json, parent: string | number): string | undefined {
  const kind = keyKind(name);
  if (kind === 'other' || kind === 'map') return undefined;
  if (kind === 'secret') return 'secret-key';
  if (kind === 'variables') return isEnvironment(parent) ? 'secret-key' : undefined;
  if (kind === 'ends-like-secret') return typeof value === 'string' ? 'secret-key' : undefined;
  // A list of name and value is looked into: names and kinds of variables are facts.
  const isWhole = !Array.isArray(value) && /variables$/i.test(name);
  return isWhole ? 'secret-key' : undefined;
}

/** `{Key: "db-password", Value: "…"}`: what a pair of name and value is. `list` is the key of the list it is in. */
function pairRule(object: JsonObject, list: string | number | undefined): string | undefined {
  if (NAME_KEYS.some((key) => typeof object[key] === 'string' && isSecretName(object[key]))) return 'named-value';
  // Every variable of a container or a build, and every parameter of a stack, may be a secret.
  if (typeof list === 'string' && keyKind(list) === 'environment') return 'named-value';
  if (typeof (object.ParameterKey ?? object.parameterKey) === 'string') return 'stack-parameter';
  const type = object.Type ?? object.type;
  const isParameter =
    typeof type === 'string' && SSM_TYPES.has(type) && typeof (object.Name ?? object.name) === 'string';
  if (isParameter) return 'stored-parameter';
  return isBeanstalkVariable(object.Namespace ?? object.namespace) ? 'named-value' : undefined;
}

const isBeanstalkVariable = (namespace: Json | undefined): boolean =>
  namespace === 'aws:elasticbeanstalk:application:environment';

/** `Environment: {NAME: "value"}` and the variables of a stage: maps of nothing but text. */
function mapRule(object: JsonObject, key: string | number): string | undefined {
  if (typeof key !== 'string') return undefined;
  const kind = keyKind(key);
  if (kind !== 'environment' && kind !== 'map' && kind !== 'variables') return undefined;
  return Object.values(object).every((it) => typeof it === 'string') ? 'named-value' : undefined;
}

/** `--db-password` in a list of arguments: the next one is the secret. */
export const takesNext = (flag: string): boolean =>
  flag.length < 64 && /^--?[A-Za-z][\w-]*$/.test(flag) && isSecretName(flag);
