import type { CompiledCheck } from '../evaluate/check.ts';
import type { CompiledSelector } from '../evaluate/event.ts';
import type { Check, EventSelector } from '../model/check.ts';
import type { ControlSet, Framework, FrameworkFile } from '../model/framework.ts';
import type { Json } from '../model/json.ts';
import type { Position, Problem } from './problem.ts';
import type { YamlPath } from './yaml-position.ts';

/** A check that compiles, with where it comes from. */
export interface CatalogueCheck {
  readonly check: Check;
  readonly compiled: CompiledCheck;
  readonly service: string;
  readonly file: string;
  readonly place: Place;
}

/** An event selector that compiles. */
export interface CatalogueEvent {
  readonly selector: EventSelector;
  readonly compiled: CompiledSelector;
  readonly file: string;
  readonly place: Place;
}

/** Finds places in the file that something was read from, by a path relative to that thing. */
export interface Place {
  readonly file: string;
  readonly at: (path: YamlPath) => Position;
}

/** One control set with its place. */
export interface PlacedSet {
  readonly set: ControlSet;
  readonly place: Place;
}

/** A framework as its files say it, before `extends` is resolved. */
export interface FrameworkDocument {
  readonly head: Omit<FrameworkFile, 'control_sets'>;
  readonly place: Place;
  readonly sets: readonly PlacedSet[];
}

/** Everything that is known of checks, events and frameworks. Only what is right is in the maps. */
export interface Catalogue {
  readonly checks: ReadonlyMap<string, CatalogueCheck>;
  readonly events: ReadonlyMap<string, CatalogueEvent>;
  readonly frameworks: ReadonlyMap<string, Framework>;
  /** Frameworks before `extends` is resolved, for the linter. */
  readonly documents: readonly FrameworkDocument[];
  /** Official ids by catalogue name: `soc2-tsc-2017`. */
  readonly official: ReadonlyMap<string, ReadonlySet<string>>;
  /** Identifiers of AWS Config managed rules. */
  readonly configRules: ReadonlySet<string>;
  /** Ids of Security Hub controls: `IAM.9`. */
  readonly securityHubControls: ReadonlySet<string>;
  /** Ids and names that stand in files, whether or not they are right: what may be referred to. */
  readonly declared: { readonly checks: ReadonlySet<string>; readonly events: ReadonlySet<string> };
  /** Facts by resource type, as given. */
  readonly facts: Readonly<Record<string, readonly string[]>>;
  /** Whether a service of checks is read once per account or in every region; unknown services are missing. */
  readonly scopes: ReadonlyMap<string, 'global' | 'regional'>;
  readonly problems: readonly Problem[];
}

/** A file as read. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** What loading needs to know and to do; it never touches a file itself. */
export interface LoadOptions {
  /** Folder of the catalogue: `frameworks`. */
  readonly root: string;
  /** Text of a file; throws where it cannot be read. */
  readonly readText: (path: string) => Promise<string>;
  /** Paths of all files below a folder at any depth, each beginning with the folder. */
  readonly listFiles: (folder: string) => Promise<readonly string[]>;
  /** Facts by resource type. */
  readonly facts: Readonly<Record<string, readonly string[]>>;
  /** Scope by service id. */
  readonly scopes?: ReadonlyMap<string, 'global' | 'regional'>;
  /** SHA-256, lower-case hexadecimal, over canonical JSON (RFC 8785). */
  readonly digest: (value: Json) => string;
  /** Config rule identifiers; without it those of `official/config-rules.json`. */
  readonly configRules?: Iterable<string>;
  /** Security Hub control ids; without it those of `official/security-hub-controls.json`. */
  readonly securityHubControls?: Iterable<string>;
  /** Framework files of the user's own. */
  readonly extra?: readonly string[];
}

/** A problem at a path below a place. */
export function problemAt(
  place: Place,
  path: YamlPath,
  { code, message, severity = 'error' }: Pick<Problem, 'code' | 'message'> & Partial<Pick<Problem, 'severity'>>,
): Problem {
  return { file: place.file, ...place.at(path), severity, code, message };
}

/** The place of something inside. */
export function placeIn(place: Place, prefix: YamlPath): Place {
  return { file: place.file, at: (path) => place.at([...prefix, ...path]) };
}
