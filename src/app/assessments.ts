import { z } from 'zod';
import type { SourceDefinition } from '../assess/input.ts';
import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import { WitnessmarkError } from '../model/error.ts';
import { Framework } from '../model/framework.ts';
import { Sha256 } from '../model/primitives.ts';
import type { FrameworkVersion } from '../model/run.ts';
import { Period, Scope, Statements } from '../model/scope.ts';
import type { Definition, Pinned } from './pin.ts';
import type { Store } from './store.ts';

/** What an `assessment` body holds as its definition. */
const PinnedDefinition = z.strictObject({
  framework: Sha256,
  scope: Scope,
  period: Period,
  statements: Statements,
  coverageThreshold: z.number().min(0).max(1),
});

/** One state of an assessment, as the ledger pins it: over the evidence and the statements before its entry. */
export interface Version extends Pinned {
  readonly definition: z.infer<typeof PinnedDefinition>;
}

/** A framework over a scope and a period, however often it was assessed. */
export interface KnownAssessment {
  readonly id: string;
  readonly framework: Pick<Framework, 'framework' | 'title' | 'version' | 'publisher'>;
  readonly scope: Scope;
  readonly period: Period;
  /** Oldest first; at least one. */
  readonly versions: readonly Version[];
}

/** Name of an assessment: the same whenever it is made again, whatever was collected or stated in between. */
export function assessmentId(framework: string, scope: Scope, period: Period): string {
  const { accounts, regions } = scope;
  const whole = canonicalize({ framework, accounts: accounts.toSorted(), regions: regions.toSorted(), period });
  return `${framework}-${period.to}-${sha256Hex(whole).slice(0, 12)}`;
}

/** Every assessment of the ledger, in the order in which each was first made; the index must be up to date. */
export async function assessments(store: Pick<Store, 'index'>): Promise<KnownAssessment[]> {
  const frameworks = new Map<string, Framework>();
  for await (const { body } of store.index.bodies('framework')) frameworks.set(body.sha256, contentOf(body).framework);
  const found = new Map<string, KnownAssessment>();
  for await (const { index, body } of store.index.bodies('assessment')) {
    const definition = PinnedDefinition.parse(body.definition);
    const framework = frameworks.get(definition.framework) ?? noFramework(definition.framework);
    const { scope, period } = definition;
    const id = assessmentId(framework.framework, scope, period);
    const version: Version = { frameworkSha256: definition.framework, entry: index, at: body.at, definition };
    const known = found.get(id) ?? { id, framework: headOf(framework), scope, period, versions: [] };
    found.set(id, { ...known, framework: headOf(framework), versions: [...known.versions, version] });
  }
  return [...found.values()];
}

const headOf = ({ framework, title, version, publisher }: Framework): KnownAssessment['framework'] => ({
  framework,
  title,
  version,
  publisher,
});

/** What was assessed then, whole: it can be assessed again, years later, from the ledger alone. */
export async function definitionAt(store: Pick<Store, 'index'>, version: Version): Promise<Definition> {
  const { scope, period, statements, coverageThreshold } = version.definition;
  for await (const { body } of store.index.bodies('framework')) {
    if (body.sha256 !== version.frameworkSha256) continue;
    return { ...contentOf(body), scope, period, statements, coverageThreshold };
  }
  return noFramework(version.frameworkSha256);
}

/** As `pin` writes it. */
interface FrameworkContent {
  readonly framework: unknown;
  readonly definitions: Readonly<Record<string, SourceDefinition>>;
}

/** The index is a copy; what it says is checked against the hash that the assessment is pinned by. */
function contentOf({ framework: content, sha256 }: FrameworkVersion): Pick<Definition, 'framework' | 'definitions'> {
  if (sha256Hex(canonicalize(content)) !== sha256) throw damaged(`framework ${sha256}`);
  const { framework, definitions } = content as unknown as FrameworkContent;
  return { framework: Framework.parse(framework), definitions: new Map(Object.entries(definitions)) };
}

function noFramework(sha256: string): never {
  throw damaged(`no framework ${sha256}`);
}

const damaged = (what: string): WitnessmarkError =>
  new WitnessmarkError('index-damaged', `the index holds ${what}, which an assessment rests on`, {
    hint: 'run `witnessmark replay`',
  });
