import type { Catalogue } from '../catalog/catalogue.ts';
import type { DeploymentConfig, PlannedAssessment } from '../model/deployment-config.ts';
import { WitnessmarkError } from '../model/error.ts';
import { dayOf } from '../model/primitives.ts';
import type { ControlResult } from '../model/report.ts';
import { Statements } from '../model/scope.ts';
import { Verdict } from '../model/verdict.ts';
import { pinPeriod, verdictsOf } from './assess.ts';
import { assessmentId, assessments, definitionAt, type Version } from './assessments.ts';
import { define } from './define.ts';
import { periodOn } from './period-rule.ts';
import type { Definition } from './pin.ts';
import type { Store } from './store.ts';

/** What one planned assessment came to. */
export interface PlannedResult {
  readonly framework: string;
  readonly assessment: string;
  /** Ledger entry of the version. */
  readonly version: number;
  /** Controls by verdict. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Controls that are not met now and were something else in the version before, of the same scope. */
  readonly newlyNotMet: readonly string[];
  readonly noLongerNotMet: readonly string[];
}

/** An assessment that could not be made, and why: the others were. */
export interface PlannedFailure {
  readonly framework: string;
  readonly code: string;
  readonly message: string;
}

export interface AssessedAll {
  readonly assessed: readonly PlannedResult[];
  readonly failed: readonly PlannedFailure[];
}

/**
 * Makes every assessment that the configuration plans, as on the day of the run, and pins each in the ledger. One
 * that was made over the same evidence already is not made again.
 */
export async function assessAll(
  store: Store,
  { catalogue, config, at }: { catalogue: Catalogue; config: DeploymentConfig; at: string },
): Promise<AssessedAll> {
  const assessed: PlannedResult[] = [];
  const failed: PlannedFailure[] = [];
  for (const planned of config.assessments) {
    try {
      const made = await assessOne(store, { catalogue, config, planned, day: dayOf(at) });
      if (made !== undefined) assessed.push(made);
    } catch (thrown) {
      if (!(thrown instanceof WitnessmarkError) || !FINAL.has(thrown.code)) throw thrown;
      failed.push({ framework: planned.framework, code: thrown.code, message: thrown.message });
    }
  }
  return { assessed, failed };
}

/** Of these to try again changes nothing. */
const FINAL = new Set(['assess-no-evidence', 'assess-unknown', 'usage-period', 'usage-scope']);

interface One {
  readonly catalogue: Catalogue;
  readonly config: DeploymentConfig;
  readonly planned: PlannedAssessment;
  readonly day: string;
}

async function assessOne(store: Store, one: One): Promise<PlannedResult | undefined> {
  const { catalogue, config, planned, day } = one;
  const framework = catalogue.frameworks.get(planned.framework);
  if (framework === undefined) {
    throw new WitnessmarkError('assess-unknown', `there is no framework ${planned.framework}`);
  }
  const period = periodOn(planned.period, day);
  // Its first day has not come.
  if (period === undefined) return undefined;
  const definition = await define(
    store,
    { catalogue, framework },
    {
      ...period,
      accounts: planned.accounts ?? config.accounts,
      regions: planned.regions ?? config.regions,
      statements: Statements.parse({}),
      coverageThreshold: planned.coverage / 100,
    },
  );
  const pinned = await pinPeriod(store, definition);
  const { controls } = await verdictsOf(store, definition, pinned);
  const before = await verdictsBefore(store, definition, pinned.entry);
  return { ...headOf(definition), version: pinned.entry, verdicts: countOf(controls), ...changes(before, controls) };
}

const headOf = ({ framework, scope, period }: Definition) => ({
  framework: framework.framework,
  assessment: assessmentId(framework.framework, scope, period),
});

type Verdicts = readonly Pick<ControlResult, 'id' | 'verdict'>[];

/** Of the newest version of the same framework and scope, of whatever period; none where this is the first. */
async function verdictsBefore(store: Store, { framework, scope }: Definition, entry: number): Promise<Verdicts> {
  const wanted = JSON.stringify([scope.accounts.toSorted(), scope.regions.toSorted()]);
  let newest: Version | undefined;
  for (const known of await assessments(store)) {
    const its = JSON.stringify([known.scope.accounts.toSorted(), known.scope.regions.toSorted()]);
    if (known.framework.framework !== framework.framework || its !== wanted) continue;
    for (const version of known.versions) {
      if (version.entry < entry && version.entry > (newest?.entry ?? -1)) newest = version;
    }
  }
  return newest === undefined ? [] : (await verdictsOf(store, await definitionAt(store, newest), newest)).controls;
}

function countOf(controls: Verdicts): Record<Verdict, number> {
  const counts = Object.fromEntries(Verdict.options.map((it) => [it, 0])) as Record<Verdict, number>;
  for (const { verdict } of controls) counts[verdict] += 1;
  return counts;
}

function changes(before: Verdicts, now: Verdicts): Pick<PlannedResult, 'newlyNotMet' | 'noLongerNotMet'> {
  const failing = (all: Verdicts) => new Set(all.filter((it) => it.verdict === 'not_met').map((it) => it.id));
  const [was, is] = [failing(before), failing(now)];
  return {
    // Without a version before it nothing is known to be new.
    newlyNotMet: before.length === 0 ? [] : [...is].filter((it) => !was.has(it)),
    noLongerNotMet: [...was].filter((it) => !is.has(it)),
  };
}
