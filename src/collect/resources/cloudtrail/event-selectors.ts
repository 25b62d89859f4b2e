import { z } from 'zod';

const values = z.array(z.string()).default([]);

const BasicSelector = z.object({
  ReadWriteType: z.enum(['All', 'ReadOnly', 'WriteOnly']),
  IncludeManagementEvents: z.boolean(),
  ExcludeManagementEventSources: values,
  DataResources: z.array(z.object({ Type: z.string(), Values: values })).default([]),
});
type BasicSelector = z.infer<typeof BasicSelector>;

const OPERATORS = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'] as const;

const FieldSelector = z.object({
  Field: z.string(),
  Equals: values,
  StartsWith: values,
  EndsWith: values,
  NotEquals: values,
  NotStartsWith: values,
  NotEndsWith: values,
});
type FieldSelector = z.infer<typeof FieldSelector>;

const AdvancedSelector = z.object({ FieldSelectors: z.array(FieldSelector) });
type AdvancedSelector = z.infer<typeof AdvancedSelector>;

/** A GetEventSelectors answer: a trail has basic selectors or advanced ones. */
export const EventSelectors = z
  .object({
    EventSelectors: z.array(BasicSelector).optional(),
    AdvancedEventSelectors: z.array(AdvancedSelector).optional(),
  })
  .refine(
    (it) => it.EventSelectors !== undefined || it.AdvancedEventSelectors !== undefined,
    'expected EventSelectors or AdvancedEventSelectors',
  );
export type EventSelectors = z.infer<typeof EventSelectors>;

export type ReadWrite = 'All' | 'WriteOnly' | 'ReadOnly' | 'None';

/** What a trail records. A type, not an interface, so that it is JSON. */
export type Recorded = {
  /** Which management events: the union over all selectors. */
  readonly readWrite: ReadWrite;
  /** Conditions that leave management events out of that: empty when nothing is left out. */
  readonly narrowedBy: readonly string[];
  readonly dataResources: readonly DataResource[];
};

type DataResource = { readonly type: string; readonly readWrite: ReadWrite; readonly conditions: readonly string[] };

/** What one selector lets through of the management events. */
interface Share {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly narrowedBy: readonly string[];
}

/**
 * What the selectors of a trail let through. An event is recorded when any selector matches it, so
 * that one selector for reads and one for writes make "All", and a narrowed selector does no harm
 * beside one that is not
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html).
 */
export function recordedBy({
  EventSelectors: basic = [],
  AdvancedEventSelectors: advanced = [],
}: EventSelectors): Recorded {
  const shares = [...basic.flatMap(basicShare), ...advanced.filter(isOf('Management')).map(advancedShare)];
  const whole = union(shares.filter((it) => it.narrowedBy.length === 0));
  const all = union(shares);
  const needed = shares.filter((it) => (it.reads && !whole.reads) || (it.writes && !whole.writes));
  return {
    readWrite: readWriteOf(all),
    narrowedBy: [...new Set(needed.flatMap((it) => it.narrowedBy))],
    dataResources: [...basic.flatMap(basicData), ...advanced.filter(isOf('Data')).flatMap(advancedData)],
  };
}

function basicShare(selector: BasicSelector): Share[] {
  if (!selector.IncludeManagementEvents) return [];
  const narrowedBy = selector.ExcludeManagementEventSources.map((source) => `eventSource NotEquals ${source}`);
  return [{ ...direction(selector.ReadWriteType), narrowedBy }];
}

function basicData(selector: BasicSelector): DataResource[] {
  return selector.DataResources.map((it) => ({
    type: it.Type,
    readWrite: selector.ReadWriteType,
    conditions: startsOf(it.Values),
  }));
}

/**
 * Prefixes of the ARN of every S3 object: such a value leaves no bucket out
 * (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html). Values hold no wildcards.
 */
const EVERY_OBJECT = /^arn:aws[a-z-]*:s3(?::{1,3})?$/;

function startsOf(values: readonly string[]): string[] {
  return values.some((it) => EVERY_OBJECT.test(it)) ? [] : [`resources.ARN StartsWith ${values.join(', ')}`];
}

const isOf = (category: string) => (selector: AdvancedSelector) =>
  selector.FieldSelectors.some((it) => it.Field === 'eventCategory' && it.Equals.includes(category));

function advancedShare(selector: AdvancedSelector): Share {
  const narrowing = selector.FieldSelectors.filter((it) => it.Field !== 'eventCategory' && it.Field !== 'readOnly');
  return { ...advancedDirection(selector), narrowedBy: narrowing.flatMap(conditionsOf) };
}

function advancedData(selector: AdvancedSelector): DataResource[] {
  const known = new Set(['eventCategory', 'readOnly', 'resources.type']);
  const narrowing = selector.FieldSelectors.filter((it) => !known.has(it.Field) && !isEveryObject(it));
  const conditions = narrowing.flatMap(conditionsOf);
  const types = selector.FieldSelectors.filter((it) => it.Field === 'resources.type').flatMap((it) => it.Equals);
  return types.map((type) => ({ type, readWrite: readWriteOf(advancedDirection(selector)), conditions }));
}

/** `resources.ARN StartsWith arn:aws:s3:::` and nothing else: it is written where no bucket is meant to be left out. */
function isEveryObject(field: FieldSelector): boolean {
  const others = OPERATORS.filter((it) => it !== 'StartsWith').some((it) => field[it].length > 0);
  return field.Field === 'resources.ARN' && !others && field.StartsWith.some((it) => EVERY_OBJECT.test(it));
}

function conditionsOf(field: FieldSelector): string[] {
  return OPERATORS.filter((operator) => field[operator].length > 0).map(
    (operator) => `${field.Field} ${operator} ${field[operator].join(', ')}`,
  );
}

/** The field `readOnly` allows nothing but Equals "true" or "false"; without it reads and writes match. */
function advancedDirection(selector: AdvancedSelector): Pick<Share, 'reads' | 'writes'> {
  const stated = selector.FieldSelectors.filter((it) => it.Field === 'readOnly');
  return {
    reads: stated.every((it) => it.Equals.includes('true')),
    writes: stated.every((it) => it.Equals.includes('false')),
  };
}

function direction(readWrite: 'All' | 'ReadOnly' | 'WriteOnly'): Pick<Share, 'reads' | 'writes'> {
  return { reads: readWrite !== 'WriteOnly', writes: readWrite !== 'ReadOnly' };
}

function union(shares: readonly Share[]): Pick<Share, 'reads' | 'writes'> {
  return { reads: shares.some((it) => it.reads), writes: shares.some((it) => it.writes) };
}

function readWriteOf({ reads, writes }: Pick<Share, 'reads' | 'writes'>): ReadWrite {
  if (reads && writes) return 'All';
  if (reads) return 'ReadOnly';
  return writes ? 'WriteOnly' : 'None';
}
