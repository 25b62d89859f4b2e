import type { SourceDefinition } from '../assess/input.ts';
import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import type { Framework } from '../model/framework.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AssessmentDefinition, FrameworkVersion } from '../model/run.ts';
import type { Period, Scope, Statements } from '../model/scope.ts';
import { seal } from './seal.ts';
import type { Store } from './store.ts';

/** What is to be assessed; two equal definitions over the same evidence are the same assessment. */
export interface Definition {
  readonly framework: Framework;
  readonly definitions: ReadonlyMap<string, SourceDefinition>;
  readonly scope: Scope;
  readonly period: Period;
  readonly statements: Statements;
  readonly coverageThreshold: number;
}

/** Where an assessment stands in the ledger: it rests on entries before `entry`, and on nothing later. */
export interface Pinned {
  readonly frameworkSha256: string;
  readonly entry: number;
  /** When it was written. */
  readonly at: string;
}

/**
 * Puts the framework and the assessment's definition into the ledger, unless the same assessment over
 * the same evidence stands there already. `evidenceEnd` is one past the newest entry that matters to
 * it: a definition written after that saw everything, so it can be used again, years later.
 */
export async function pin(store: Store, definition: Definition, evidenceEnd: number): Promise<Pinned> {
  const framework = frameworkJson(definition);
  const frameworkSha256 = sha256Hex(canonicalize(framework));
  const content = definitionJson(definition, frameworkSha256);
  const sha256 = sha256Hex(canonicalize(content));
  const found = await findPinned(store, sha256, evidenceEnd);
  if (found) return { frameworkSha256, ...found };
  const bodies = [
    ...(await freshFramework(store, framework, frameworkSha256)),
    assessmentBody(store, content, { sha256, evidenceEnd }),
  ];
  await seal(store, [bodies]);
  const sealed = await findPinned(store, sha256, evidenceEnd);
  if (!sealed) throw new RangeError(`assessment ${sha256} was sealed and is not in the index`);
  return { frameworkSha256, ...sealed };
}

async function findPinned(
  store: Store,
  sha256: string,
  evidenceEnd: number,
): Promise<{ entry: number; at: string } | undefined> {
  for await (const { index, body } of store.index.bodies('assessment')) {
    if (index >= evidenceEnd && body.sha256 === sha256) return { entry: index, at: body.at };
  }
  return undefined;
}

async function freshFramework(store: Store, framework: JsonObject, sha256: string): Promise<FrameworkVersion[]> {
  for await (const { body } of store.index.bodies('framework')) if (body.sha256 === sha256) return [];
  return [{ ...salted(store, 'framework', sha256), kind: 'framework', framework, sha256 }];
}

/** Named by the evidence too: the same definition over more evidence is another assessment, at whatever time. */
function assessmentBody(
  store: Store,
  definition: JsonObject,
  { sha256, evidenceEnd }: { sha256: string; evidenceEnd: number },
): AssessmentDefinition {
  return { ...salted(store, 'assessment', sha256, String(evidenceEnd)), kind: 'assessment', definition, sha256 };
}

function salted(store: Store, ...name: string[]) {
  const at = store.clock.now();
  const id = store.identity.id(...name, at);
  return { v: 1 as const, id, run: id, at, salt: store.identity.salt(id) };
}

function frameworkJson({ framework, definitions }: Definition): JsonObject {
  return plain({ framework, definitions: Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1))) });
}

function definitionJson({ scope, period, statements, coverageThreshold }: Definition, framework: string): JsonObject {
  return plain({ framework, scope, period, statements, coverageThreshold });
}

/** Drops what zod left undefined, so that only JSON is hashed. */
const plain = (value: object): JsonObject => JSON.parse(JSON.stringify(value)) as Record<string, Json>;
