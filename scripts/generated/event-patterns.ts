import type { CatalogueEvent } from '../../src/catalog/catalogue.ts';

/** An EventBridge event pattern over CloudTrail records: a list means any of, and all members must match. */
export interface EventPattern {
  readonly source: readonly { readonly prefix: string }[];
  readonly 'detail-type': readonly string[];
  readonly detail?: {
    readonly eventSource?: readonly string[];
    readonly eventName?: readonly string[];
    readonly userIdentity?: { readonly type: readonly string[] };
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html, event pattern size. */
export const MAX_PATTERN = 2048;

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html, and what the console's sign-in sends. */
const DETAIL_TYPES = [
  'AWS API Call via CloudTrail',
  'AWS Console Sign In via CloudTrail',
  'AWS Service Event via CloudTrail',
];

/** Only AWS sends with a source that begins so; a test stack asks for another. */
export const AWS_SOURCES = 'aws.';

/** Every record of management events. */
export const everything = (prefix = AWS_SOURCES): EventPattern => ({
  source: [{ prefix }],
  'detail-type': DETAIL_TYPES,
});

/**
 * The fewest patterns that let through whatever one of the selectors can match, each below the limit. They let through
 * more than that: who reads the queue asks the selectors. Throws where a selector can match any event at all.
 */
export function eventPatterns(events: readonly CatalogueEvent[], prefix = AWS_SOURCES): EventPattern[] {
  const named = new Map<string, Set<string>>();
  const identities = new Set<string>();
  for (const { compiled } of events) {
    const [sources, names, types] = [['eventSource'], ['eventName'], ['userIdentity', 'type']].map(compiled.texts);
    if (sources !== undefined && names !== undefined) add(named, sources, names);
    else if (types !== undefined) for (const it of types) identities.add(it);
    else
      throw new Error(
        `${compiled.selector.name}: no rule can be narrower than all events; name event.eventSource and event.eventName`,
      );
  }
  const packed = pack([...named].sort(byFirst), prefix);
  if (identities.size === 0) return packed;
  return [...packed, { ...everything(prefix), detail: { userIdentity: { type: [...identities].sort() } } }];
}

function add(named: Map<string, Set<string>>, sources: ReadonlySet<string>, names: ReadonlySet<string>): void {
  for (const source of sources) named.set(source, new Set([...(named.get(source) ?? []), ...names]));
}

const byFirst = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Fills one pattern after the other, name by name; a service whose names do not fit stands in two. */
function pack(named: readonly (readonly [string, ReadonlySet<string>])[], prefix: string): EventPattern[] {
  const patterns: EventPattern[] = [];
  let [sources, names] = [new Set<string>(), new Set<string>()];
  for (const [source, wanted] of named) {
    for (const name of [...wanted].sort()) {
      const [more, others] = [new Set([...sources, source]), new Set([...names, name])];
      if (JSON.stringify(patternOf(more, others, prefix)).length <= MAX_PATTERN) {
        [sources, names] = [more, others];
        continue;
      }
      patterns.push(patternOf(sources, names, prefix));
      [sources, names] = [new Set([source]), new Set([name])];
    }
  }
  return names.size === 0 ? patterns : [...patterns, patternOf(sources, names, prefix)];
}

const patternOf = (sources: ReadonlySet<string>, names: ReadonlySet<string>, prefix: string): EventPattern => ({
  ...everything(prefix),
  detail: { eventSource: [...sources].sort(), eventName: [...names].sort() },
});
