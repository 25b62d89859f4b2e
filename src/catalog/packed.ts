import { type CompiledCheck, compileCheck } from '../evaluate/check.ts';
import { type CompiledSelector, compileSelector } from '../evaluate/event.ts';
import type { Check, EventSelector } from '../model/check.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Framework } from '../model/framework.ts';
import type { Json } from '../model/json.ts';
import type { Catalogue, CatalogueCheck, CatalogueEvent, Place } from './catalogue.ts';
import { formatProblem } from './problem.ts';

interface PackedCheck {
  readonly file: string;
  readonly service: string;
  /** As compiling it gives it: known at once, so that nothing is compiled before it is asked. */
  readonly sha256: string;
  /** Without its examples, which are its tests and were run before it was packed. */
  readonly check: Check;
}

interface PackedEvent {
  readonly file: string;
  readonly selector: EventSelector;
}

/**
 * A catalogue as one JSON value, for where reading it again from YAML would take a second: `extends` resolved,
 * defaults filled in. It judges exactly as the catalogue that it was made from. Places in files are not kept.
 */
export interface PackedCatalogue {
  readonly v: 1;
  readonly checks: readonly PackedCheck[];
  readonly events: readonly PackedEvent[];
  readonly frameworks: readonly Framework[];
  readonly official: Readonly<Record<string, readonly string[]>>;
  readonly configRules: readonly string[];
  readonly securityHubControls: readonly string[];
  readonly facts: Readonly<Record<string, readonly string[]>>;
  readonly scopes: Readonly<Record<string, 'global' | 'regional'>>;
}

/** Packs a catalogue; throws `catalog-invalid` with the first of its errors, so that none is packed without a part. */
export function packCatalogue(catalogue: Catalogue): PackedCatalogue {
  const [error] = catalogue.problems.filter((it) => it.severity === 'error');
  if (error !== undefined) throw new WitnessmarkError('catalog-invalid', formatProblem(error));
  return {
    v: 1,
    checks: [...catalogue.checks.values()].map(({ file, service, compiled, check }) => {
      return { file, service, sha256: compiled.sha256, check: { ...check, examples: [] } };
    }),
    events: [...catalogue.events.values()].map(({ file, selector }) => ({
      file,
      selector: { ...selector, examples: [] },
    })),
    frameworks: [...catalogue.frameworks.values()],
    official: Object.fromEntries([...catalogue.official].map(([name, ids]) => [name, [...ids]])),
    configRules: [...catalogue.configRules],
    securityHubControls: [...catalogue.securityHubControls],
    facts: catalogue.facts,
    scopes: Object.fromEntries(catalogue.scopes),
  };
}

/**
 * The catalogue that was packed. A check or selector is compiled when it is first asked, so that a task pays for
 * those of its own resources only. `digest` as for loading.
 */
export function unpackCatalogue(packed: PackedCatalogue, digest: (value: Json) => string): Catalogue {
  const { facts } = packed;
  const checks = packed.checks.map((it) => unpackCheck(it, facts[it.check.resource] ?? [], digest));
  const events = packed.events.map(unpackEvent);
  return {
    checks: new Map(checks.map((it) => [it.check.id, it])),
    events: new Map(events.map((it) => [it.selector.name, it])),
    frameworks: new Map(packed.frameworks.map((it) => [it.framework, it])),
    documents: [],
    official: new Map(Object.entries(packed.official).map(([name, ids]) => [name, new Set(ids)])),
    configRules: new Set(packed.configRules),
    securityHubControls: new Set(packed.securityHubControls),
    facts,
    scopes: new Map(Object.entries(packed.scopes)),
    declared: {
      checks: new Set(checks.map((it) => it.check.id)),
      events: new Set(events.map((it) => it.selector.name)),
    },
    problems: [],
  };
}

function unpackCheck(
  { file, service, sha256, check }: PackedCheck,
  facts: readonly string[],
  digest: (value: Json) => string,
): CatalogueCheck {
  const now = once((): CompiledCheck => {
    const compiled = compileCheck(check, facts, digest);
    if (compiled.sha256 === sha256) return compiled;
    throw new WitnessmarkError('catalog-altered', `check ${check.id} is not the one that was packed`, {
      hint: 'build and deploy again',
    });
  });
  const compiled: CompiledCheck = {
    check,
    sha256,
    get facts() {
      return now().facts;
    },
    get params() {
      return now().params;
    },
    judge: (resource, context) => now().judge(resource, context),
  };
  return { check, compiled, service, file, place: startOf(file) };
}

function unpackEvent({ file, selector }: PackedEvent): CatalogueEvent {
  const now = once(() => compileSelector(selector));
  const compiled: CompiledSelector = {
    selector,
    get fields() {
      return now().fields;
    },
    get names() {
      return now().names;
    },
    get lookups() {
      return now().lookups;
    },
    matches: (event) => now().matches(event),
    guess: (event) => now().guess(event),
    texts: (path) => now().texts(path),
  };
  return { selector, compiled, file, place: startOf(file) };
}

const startOf = (file: string): Place => ({ file, at: () => ({ line: 1, column: 1 }) });

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
