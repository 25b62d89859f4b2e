import type { AssessedAll } from '../../../app/assess-all.ts';
import { runLease } from '../../../app/collect/lease.ts';
import type { SealedBrief } from '../../../app/collect/steps.ts';
import { type RunOutcome, runMessage } from '../../../app/run-message.ts';
import { withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';
import { snsTopic } from './sns-topic.ts';

type Step = { readonly step: { readonly ok: boolean; readonly [name: string]: unknown } } | undefined;

/** What the state machine hands to its last step. */
export interface NotifyEvent {
  readonly execution: string;
  readonly reached: {
    readonly plan?: Step;
    readonly sealed?: Step;
    readonly ingested?: Step;
    readonly assessed?: Step;
    readonly error?: { readonly Error?: string | undefined; readonly Cause?: string | undefined } | undefined;
  };
}

/** Tells people what a run came to and gives back its lease. */
export function notifyDeployed(
  environment: StoreEnvironment & { readonly WITNESSMARK_TOPIC: string },
  event: NotifyEvent,
): Promise<string> {
  return withDeployedStore(environment, async ({ store, work }) => {
    // First: people are told at least once, and the next run must not wait for a topic.
    await runLease(work, store.clock).release(event.execution);
    const message = runMessage(outcomeOf(event));
    await snsTopic(environment.WITNESSMARK_TOPIC).publish(message);
    return message.attributes?.status ?? '';
  });
}

function outcomeOf({ execution, reached: { plan, sealed, ingested, assessed, error } }: NotifyEvent): RunOutcome {
  const refused = [plan, sealed, ingested, assessed].find((it) => it?.step.ok === false)?.step;
  const problem = refused ?? (error ? { code: error.Error ?? 'unexpected', message: causeOf(error.Cause) } : undefined);
  return {
    execution,
    sealed: sealed?.step.ok ? (sealed.step as unknown as SealedBrief) : undefined,
    assessed: assessed?.step.ok ? (assessed.step as unknown as AssessedAll) : undefined,
    problem: problem as RunOutcome['problem'],
  };
}

/** Lambda gives the error as JSON. */
function causeOf(cause = 'no cause was given'): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause.slice(0, 1000);
  } catch {
    return cause.slice(0, 1000);
  }
}
