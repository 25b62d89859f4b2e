import { sha256Hex } from '../../ledger/canonical.ts';
import type { ControlResult, FailingInterval, Report } from '../../model/report.ts';
import type { Pack } from '../verify/pack.ts';

/** What a pack says that it is, for the page to show beside what was found about it. */
export interface Summary {
  readonly report: Pick<
    Report,
    'id' | 'title' | 'software' | 'asOf' | 'framework' | 'period' | 'days' | 'ledger' | 'signing' | 'summary'
  >;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly observedDays: number;
  readonly controls: readonly ControlSummary[];
  /** SHA-256 of the root certificate, which readers compare; undefined where there is none to be read. */
  readonly rootSha256: string | undefined;
}

export interface ControlSummary extends Pick<ControlResult, 'id' | 'title' | 'verdict' | 'reasons'> {
  /** The first failures; `failingCount` counts all. */
  readonly failing: readonly (Pick<
    FailingInterval,
    'name' | 'subject' | 'account' | 'region' | 'from' | 'to' | 'reason'
  > & {
    readonly source: string;
  })[];
  readonly failingCount: number;
}

/** Failures of one control that the page lists; report.pdf and failing.csv have them all. */
const MAX_FAILING = 100;

/** Reads report.json as the verifier does; undefined where it is none. */
export async function summaryOf(pack: Pack): Promise<Summary | undefined> {
  const report = await pack.report().catch(() => undefined);
  if (report === undefined) return undefined;
  const { id, title, software, asOf, framework, period, days, ledger, signing, summary, scope, coverage } = report;
  return {
    report: { id, title, software, asOf, framework, period, days, ledger, signing, summary },
    accounts: scope.accounts,
    regions: scope.regions,
    observedDays: coverage.observedDays,
    controls: report.controls.map(controlOf),
    rootSha256: await pack.root().then(
      ({ der }) => sha256Hex(der),
      () => undefined,
    ),
  };
}

function controlOf({ id, title, verdict, reasons, sources }: ControlResult): ControlSummary {
  const failing = sources.flatMap((it) =>
    it.failing.map(({ name, subject, account, region, from, to, reason }) => {
      return { source: it.source, name, subject, account, region, from, to, reason };
    }),
  );
  return { id, title, verdict, reasons, failing: failing.slice(0, MAX_FAILING), failingCount: failing.length };
}
