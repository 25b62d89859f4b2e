import type { SourceDefinition } from '../assess/input.ts';
import type { Catalogue, CatalogueEvent } from '../catalog/catalogue.ts';
import type { CompiledCheck } from '../evaluate/check.ts';
import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import type { Check } from '../model/check.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { EvidenceSource, Framework } from '../model/framework.ts';
import { evidenceKey, sourceKey } from '../model/framework.ts';
import type { Json, JsonObject } from '../model/json.ts';

/** A check as a source of evidence: on its own, or with the parameters that some control demands. */
export interface CheckSource {
  readonly source: string;
  readonly check: Check;
  readonly compiled: CompiledCheck;
  /** What the control sets; the check's defaults stand for the rest. */
  readonly params: JsonObject;
}

/** Every check of these resource types, and every variant of one that a framework asks for. */
export function checkSources(catalogue: Catalogue, types: readonly string[]): CheckSource[] {
  return [...allCheckSources(catalogue).values()].filter(({ check }) => types.includes(check.resource));
}

/** Asked for by every task of every run; a catalogue does not change once it is loaded. */
const known = new WeakMap<Catalogue, Map<string, CheckSource>>();

function allCheckSources(catalogue: Catalogue): Map<string, CheckSource> {
  const sources = known.get(catalogue) ?? findCheckSources(catalogue);
  known.set(catalogue, sources);
  return sources;
}

function findCheckSources(catalogue: Catalogue): Map<string, CheckSource> {
  const found = new Map<string, CheckSource>();
  for (const { check, compiled } of catalogue.checks.values()) {
    found.set(`check:${check.id}`, { source: `check:${check.id}`, check, compiled, params: {} });
  }
  const frameworks = [...catalogue.frameworks.values()].map((it) => withoutDefaults(catalogue, it));
  for (const source of frameworks.flatMap(sourcesOf)) {
    const entry = 'check' in source && source.with ? catalogue.checks.get(source.check) : undefined;
    if (!entry || !('check' in source)) continue;
    const key = evidenceKey(source);
    found.set(key, { source: key, check: entry.check, compiled: entry.compiled, params: source.with ?? {} });
  }
  return found;
}

/**
 * The framework with parameters left out where a control pins what is the check's default anyway: that
 * is the check itself and no variant of it.
 */
export function withoutDefaults(catalogue: Catalogue, framework: Framework): Framework {
  const plain = (source: EvidenceSource): EvidenceSource => {
    const params = 'check' in source ? catalogue.checks.get(source.check)?.check.params : undefined;
    if (!params || !('check' in source) || !source.with) return source;
    const own = Object.entries(source.with).filter(
      ([name, value]) => canonicalize(params[name]?.default) !== canonicalize(value),
    );
    const { with: _pinned, ...rest } = source;
    return own.length === 0 ? rest : { ...rest, with: Object.fromEntries(own) };
  };
  const sets = framework.control_sets.map((set) => ({
    ...set,
    controls: set.controls.map((control) => ({ ...control, sources: control.sources.map(plain) })),
  }));
  return { ...framework, control_sets: sets };
}

const sourcesOf = (framework: Framework): EvidenceSource[] =>
  framework.control_sets.flatMap((set) => set.controls.flatMap((control) => control.sources));

/**
 * The selectors that an ingest asks and counts: all but those that only watch, which have an `alert` and no framework that
 * uses them. Each of these would be one more observation for every account and day, about which nobody asks.
 */
export function ingestedEvents(catalogue: Pick<Catalogue, 'events' | 'frameworks'>): CatalogueEvent[] {
  const used = new Set([...catalogue.frameworks.values()].flatMap(sourcesOf).map(sourceKey));
  return [...catalogue.events.values()].filter(
    ({ selector }) => selector.alert === undefined || used.has(`cloudtrail:${selector.name}`),
  );
}

/** The selectors whose match is told at once. */
export const watchedEvents = ({ events }: Catalogue): CatalogueEvent[] =>
  [...events.values()].filter(({ selector }) => selector.alert !== undefined);

/** SHA-256 over everything that a run judges with: changes exactly when a judgement could. */
export function catalogueDigest(catalogue: Catalogue): string {
  const checks = [...allCheckSources(catalogue).values()].map(({ source, compiled }) => [source, compiled.sha256]);
  const events = ingestedEvents(catalogue).map(({ selector }) => [selector.name, selector.match, selector.expect]);
  return sha256Hex(canonicalize([checks.sort(byFirst), events.sort(byFirst)]));
}

const byFirst = ([a]: (string | undefined)[], [b]: (string | undefined)[]): number => ((a ?? '') < (b ?? '') ? -1 : 1);

/** What an assessment must know of every source that the framework uses. */
export function sourceDefinitions(catalogue: Catalogue, framework: Framework): Map<string, SourceDefinition> {
  const checks = allCheckSources(catalogue);
  const definitions = new Map<string, SourceDefinition>();
  for (const source of sourcesOf(framework)) {
    if ('manual' in source) continue;
    definitions.set(evidenceKey(source), definitionOf(catalogue, checks, source));
  }
  return definitions;
}

function definitionOf(
  catalogue: Catalogue,
  checks: ReadonlyMap<string, CheckSource>,
  source: Exclude<EvidenceSource, { manual: unknown }>,
): SourceDefinition {
  if ('config_rule' in source)
    return judgedByAws(`AWS Config rule ${source.config_rule}`, 'AWS Config developer guide');
  if ('security_hub' in source)
    return judgedByAws(`Security Hub control ${source.security_hub}`, 'AWS Security Hub user guide');
  if ('cloudtrail' in source) return eventDefinition(catalogue, source.cloudtrail);
  const found = checks.get(evidenceKey(source)) ?? missing(`check ${source.check}`);
  const entry = catalogue.checks.get(source.check) ?? missing(`check ${source.check}`);
  const { check, compiled } = found;
  return {
    title: check.title,
    remediation: check.remediation,
    ...(check.applies === undefined ? {} : { applies: check.applies }),
    expect: check.expect,
    sha256: compiled.sha256,
    params: { ...defaultsOf(check), ...found.params },
    scope: catalogue.scopes.get(entry.service) ?? 'regional',
    kind: 'state',
  };
}

function judgedByAws(title: string, guide: string): SourceDefinition {
  const remediation = `See the remediation of the ${title} in the ${guide}.`;
  return { title, remediation, params: {}, scope: 'regional', kind: 'state' };
}

const defaultsOf = (check: Check): Record<string, Json> =>
  Object.fromEntries(Object.entries(check.params).map(([name, param]) => [name, param.default]));

function eventDefinition(catalogue: Catalogue, name: string): SourceDefinition {
  const { selector } = catalogue.events.get(name) ?? missing(`event selector ${name}`);
  return {
    title: selector.title,
    remediation: selector.remediation,
    expect: selector.match,
    sha256: sha256Hex(canonicalize([selector.match, selector.expect])),
    params: {},
    // Events are ingested for a whole account: the trail says in which region each happened.
    scope: 'global',
    kind: 'events',
    wanted: selector.expect,
  };
}

function missing(what: string): never {
  throw new WitnessmarkError('catalog-unknown', `${what} is not in the catalogue`, {
    hint: 'run `witnessmark framework validate`',
  });
}
