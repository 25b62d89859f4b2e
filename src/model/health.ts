import { z } from 'zod';
import { JsonObject } from './json.ts';
import { Timestamp } from './primitives.ts';

/** Units of CloudWatch: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const SliUnit = z.enum(['Seconds', 'Milliseconds', 'Percent', 'Count', 'Bytes']);

/** What a value has to be. */
export interface Target {
  readonly must: 'below' | 'above' | 'at_most' | 'at_least';
  readonly value: number;
}

/** A service level indicator: what is measured and what it has to be. */
export interface Sli {
  readonly id: string;
  readonly title: string;
  /** Name of its CloudWatch metric. */
  readonly metric: string;
  readonly unit: z.infer<typeof SliUnit>;
  readonly target: Target;
  /** Who is told when it is missed: a page wakes somebody, a ticket waits for the morning. */
  readonly alarm: 'page' | 'ticket';
  /** What the value is, in a few words. */
  readonly says: string;
}

const at_least = (value: number): Target => ({ must: 'at_least', value });
const at_most = (value: number): Target => ({ must: 'at_most', value });
const below = (value: number): Target => ({ must: 'below', value });
const above = (value: number): Target => ({ must: 'above', value });
const [page, ticket] = ['page', 'ticket'] as const;
const GIB = 2 ** 30;

/** Every SLI, in the order in which they are shown. Dashboard and alarms are generated from this list. */
export const SLIS = [
  {
    id: 'M1',
    title: 'Ingest latency',
    metric: 'IngestLatency',
    unit: 'Seconds',
    target: below(10),
    alarm: ticket,
    says: 'p95 from a watched event to its entry in storage',
  },
  {
    id: 'M2',
    title: 'Capture rate',
    metric: 'CaptureRate',
    unit: 'Percent',
    target: at_least(99.9),
    alarm: page,
    says: 'planned tasks that were collected whole',
  },
  {
    id: 'M3',
    title: 'Schema validation',
    metric: 'SchemaValidation',
    unit: 'Percent',
    target: above(99.5),
    alarm: ticket,
    says: 'answers and delivered records that were not refused as malformed',
  },
  {
    id: 'M4',
    title: 'Index query latency',
    metric: 'IndexQueryLatency',
    unit: 'Milliseconds',
    target: below(1000),
    alarm: ticket,
    says: 'p95 of real queries of the index, now',
  },
  {
    id: 'M5',
    title: 'Access denials',
    metric: 'AccessDenials',
    unit: 'Count',
    target: at_most(100),
    alarm: ticket,
    says: 'refused requests on the day that has most of them',
  },
  {
    id: 'M6',
    title: 'Retention compliance',
    metric: 'RetentionCompliance',
    unit: 'Percent',
    target: at_least(100),
    alarm: ticket,
    says: 'sampled objects that are kept as long as they have to be',
  },
  {
    id: 'M7',
    title: 'Integrity checks',
    metric: 'IntegrityChecks',
    unit: 'Percent',
    target: at_least(100),
    alarm: page,
    says: 'audits of the ledger that found no error',
  },
  {
    id: 'M8',
    title: 'Storage growth',
    metric: 'StorageGrowth',
    unit: 'Bytes',
    target: at_most(10 * GIB),
    alarm: ticket,
    says: 'bytes a day that were added',
  },
  {
    id: 'M9',
    title: 'Redaction failures',
    metric: 'RedactionFailures',
    unit: 'Count',
    target: at_most(0),
    alarm: ticket,
    says: 'sampled stored answers in which the detector still finds a secret',
  },
  {
    id: 'M10',
    title: 'Replay success',
    metric: 'ReplaySuccess',
    unit: 'Percent',
    target: at_least(100),
    alarm: ticket,
    says: 'ledger entries that the index answers for as a new one would',
  },
] as const satisfies readonly Sli[];

export type SliId = (typeof SLIS)[number]['id'];

/** Whether a value is what it has to be. */
export function meets(value: number, { must, value: bound }: Target): boolean {
  if (must === 'below') return value < bound;
  if (must === 'above') return value > bound;
  return must === 'at_most' ? value <= bound : value >= bound;
}

/** `unknown`: it could not be computed, and `says` tells why. `not_applicable`: this store has no such thing. */
export const SliState = z.enum(['met', 'missed', 'unknown', 'not_applicable']);
export type SliState = z.infer<typeof SliState>;

/** One SLI as it was measured. */
export const SliResult = z.strictObject({
  id: z.enum(SLIS.map((it) => it.id)),
  title: z.string(),
  state: SliState,
  /** Null where it is unknown or does not apply. */
  value: z.number().nullable(),
  unit: SliUnit,
  target: z.strictObject({ must: z.enum(['below', 'above', 'at_most', 'at_least']), value: z.number() }),
  /** In a sentence what was looked at, or why it is unknown. */
  says: z.string().max(1000),
  details: JsonObject,
});
export type SliResult = z.infer<typeof SliResult>;

/** All SLIs of a store over a window that ends with `at`. */
export const Health = z
  .strictObject({
    v: z.literal(1),
    at: Timestamp,
    from: Timestamp,
    days: z.int().min(1).max(366),
    origin: z.string(),
    /** Entries in the index. */
    entries: z.int().min(0).nullable(),
    software: z.string(),
    slis: z.array(SliResult).length(SLIS.length),
  })
  .meta({ id: 'Indicators' });
export type Health = z.infer<typeof Health>;

/** Key of the newest result that was stored. It is replaced; nothing of it is evidence. */
export const HEALTH_KEY = 'health/newest.json';
