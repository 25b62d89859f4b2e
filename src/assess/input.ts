import type { Framework } from '../model/framework.ts';
import type { JsonObject } from '../model/json.ts';
import type { Plan, Run } from '../model/run.ts';
import type { Period, Scope, Statements } from '../model/scope.ts';
import type { HeadRow, ObservationRow } from '../ports/evidence-index.ts';

/** What the assessment must know of a source that is not in the evidence. */
export interface SourceDefinition {
  readonly title: string;
  readonly remediation: string;
  readonly applies?: string;
  readonly expect?: string;
  readonly sha256?: string;
  readonly params: JsonObject;
  /** Whether the source is observed once an account or once a region. */
  readonly scope: 'global' | 'regional';
  readonly kind: 'state' | 'events';
  /** Events only: whether none, some or any of them should be found. */
  readonly wanted?: 'none' | 'some' | 'any';
}

/** A run as the ledger tells it: its plan, and its end unless it was interrupted. */
export interface LedgerRun {
  readonly entry: number;
  readonly plan: Plan;
  readonly run: Run | undefined;
}

/** All evidence of one source, at least one piece, in order of (time, ledger index). */
export type SourceEvidence = readonly [HeadRow, ...HeadRow[]];

/** Everything that an assessment rests on. Observations are in order of (time, index). */
export interface AssessmentInput {
  readonly framework: Framework;
  readonly definitions: ReadonlyMap<string, SourceDefinition>;
  readonly scope: Scope;
  readonly period: Period;
  readonly statements: Statements;
  readonly coverageThreshold: number;
  /** Source by source, each once: a million pieces never stand in memory together. */
  readonly evidence: Iterable<SourceEvidence> | AsyncIterable<SourceEvidence>;
  readonly observations: readonly ObservationRow[];
  readonly runs: readonly LedgerRun[];
  /** Root of the ledger that the assessment rests on, in base64: it decides which subjects are drawn as samples. */
  readonly root: string;
}
