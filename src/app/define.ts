import type { Catalogue } from '../catalog/catalogue.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Framework } from '../model/framework.ts';
import { dayOf } from '../model/primitives.ts';
import { Period, Scope, type Statements } from '../model/scope.ts';
import { assessmentId } from './assessments.ts';
import { sourceDefinitions, withoutDefaults } from './catalogue.ts';
import type { Definition } from './pin.ts';
import { syncIndex } from './replay.ts';
import { statedFor, withStated } from './statements.ts';
import type { Store } from './store.ts';

/** What somebody asks to have assessed. What is left out is the widest that the ledger knows. */
export interface Asked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  /** What people state in files; what the ledger holds of statements comes beside it. */
  readonly statements: Statements;
  readonly coverageThreshold: number;
}

/**
 * What is to be assessed, with everything stated in the ledger that is about it. Throws `usage-period`,
 * `usage-scope`, and `assess-no-evidence` while nothing was collected.
 */
export async function define(
  store: Store,
  { catalogue, framework: asIs }: { catalogue: Catalogue; framework: Framework },
  asked: Asked,
): Promise<Definition> {
  const framework = withoutDefaults(catalogue, asIs);
  await syncIndex(store);
  const seen = await seenIn(store);
  const period = periodOf({ from: asked.from ?? seen.from, to: asked.to ?? seen.to });
  const scope = scopeOf({ accounts: asked.accounts ?? seen.accounts, regions: asked.regions ?? seen.regions });
  const about = { framework: framework.framework, assessment: assessmentId(framework.framework, scope, period) };
  return {
    framework,
    definitions: sourceDefinitions(catalogue, framework),
    scope,
    period,
    statements: withStated(asked.statements, await statedFor(store, about)),
    coverageThreshold: asked.coverageThreshold,
  };
}

function periodOf(asked: { from: string; to: string }): Period {
  const { success, data, error } = Period.safeParse(asked);
  if (success) return data;
  throw new WitnessmarkError(
    'usage-period',
    `the period from ${asked.from} to ${asked.to}: ${error.issues[0]?.message}`,
  );
}

function scopeOf(asked: { accounts: readonly string[]; regions: readonly string[] }): Scope {
  const { success, data, error } = Scope.safeParse(asked);
  if (success) return data;
  throw new WitnessmarkError('usage-scope', `scope: ${error.issues[0]?.message}`, {
    hint: 'collect first, or name accounts and regions',
  });
}

/** Accounts, regions and days that the ledger knows: the widest scope that an assessment can have. */
async function seenIn(store: Store): Promise<{ accounts: string[]; regions: string[]; from: string; to: string }> {
  const accounts = new Set<string>();
  const regions = new Set<string>();
  const days: string[] = [];
  for await (const { body } of store.index.bodies('plan')) {
    // A trail holds events of accounts and regions that nobody collects.
    if (body.mode === 'ingest') continue;
    if (body.mode === 'collect') days.push(dayOf(body.at));
    for (const task of body.tasks) {
      accounts.add(task.account);
      if (task.region !== 'global') regions.add(task.region);
    }
  }
  days.sort();
  if (days.length === 0)
    throw new WitnessmarkError('assess-no-evidence', 'the ledger holds no collection run', {
      hint: 'run `witnessmark collect` first',
    });
  return { accounts: [...accounts].sort(), regions: [...regions].sort(), from: days[0] ?? '', to: days.at(-1) ?? '' };
}
