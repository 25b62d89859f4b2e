import { z } from 'zod';
import { AccountId, Day, Region } from '../src/model/primitives.ts';

/** What the first step of a run is given by the state machine. */
export const PlanEvent = z.strictObject({
  execution: z.string().min(1).max(300),
  at: z.iso.datetime({ offset: true }).transform((it) => new Date(it).toISOString()),
  /** What of the configuration to look at; all of it where left out. */
  scope: z.strictObject({
    accounts: z.array(AccountId).min(1).optional(),
    regions: z.array(Region).min(1).optional(),
    services: z.array(z.string()).min(1).optional(),
    /** Plays a recorded run, `recording/runs/<time>.jsonl.gz`, in place of calling AWS. */
    recording: z.string().max(100).optional(),
  }),
});

/** What a step gave, as it gave it: it was checked by the step that made it. */
const Step = z.looseObject({ step: z.looseObject({ ok: z.boolean() }) }).optional();

/** What the last step of a run is given. */
export const NotifyEvent = z.strictObject({
  execution: z.string(),
  /** The state of the machine where the run has come to its end, or to an early one. */
  reached: z.looseObject({
    plan: Step,
    sealed: Step,
    ingested: Step,
    assessed: Step,
    /** What Step Functions says of a step that threw. */
    error: z.looseObject({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
  }),
});

/** Where CloudTrail's events are taken from: files that trails deliver, or the event history. */
export const EventSource = z.enum(['trails', 'lookup']);

/** What of CloudTrail is to be taken in. */
export const IngestEvent = z.strictObject({
  /** Those that the deployment names where left out. */
  sources: z.array(EventSource).min(1).optional(),
  /** Some of those that are configured; all of them where left out. */
  accounts: z.array(AccountId).min(1).optional(),
  since: Day.optional(),
  run: z.string().max(200).optional(),
});

const Sent = z.looseObject({ SentTimestamp: z.string().regex(/^\d{1,15}$/) });
const Queued = z.looseObject({ messageId: z.string(), body: z.string(), attributes: Sent });

/** Messages of the queue of watched events, as SQS hands them to Lambda. */
export const QueueEvent = z.looseObject({ Records: z.array(Queued).max(10_000) }).transform(({ Records }) =>
  Records.map(({ messageId: id, body, attributes: { SentTimestamp: sent } }) => ({
    ...{ id, body, receivedAt: new Date(Number(sent)).toISOString() },
  })),
);
