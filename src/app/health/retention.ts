import type { StoredItem } from '../../ports/inventory.ts';
import type { ObjectKept, Retention, RetentionRule } from '../../ports/retention.ts';
import { counted, type Measured, percent } from './measured.ts';
import type { Survey } from './survey.ts';

const DAY_MS = 86_400_000;
/** Clocks differ, and S3 tells whole seconds: an hour is no shortening. */
const TOLERANCE_MS = 3_600_000;
const AT_ONCE = 8;
const SHOWN = 20;

/**
 * M6: of a sample of the objects that are created and never replaced, those that Object Lock keeps at least as
 * strictly and as long as the rule says, counted from when they were written, or that are under legal hold.
 */
export async function retentionCompliance(
  { sample }: Pick<Survey, 'sample'>,
  retention: Retention | undefined,
): Promise<Measured> {
  if (retention === undefined)
    return { notApplicable: 'a folder has no Object Lock: keep copies where nobody can delete' };
  const rule = await retention.rule();
  if (rule === undefined) {
    const says =
      'nothing says how long objects are kept: the bucket has no default retention, and the store no lock-days';
    return { value: 0, says, details: { rule: null } };
  }
  if (sample.length === 0) return { unknown: 'the store holds no object that would have to be kept' };
  const short = (await inGroups(sample, (it) => problemOf(it, rule, retention))).filter((it) => it !== undefined);
  const good = sample.length - short.length;
  const says = `${good} of ${counted(sample.length, 'sampled object')} kept for ${counted(rule.days, 'day')} (${rule.mode}, as the ${rule.from} says)`;
  const details = { sampled: sample.length, short: short.length, rule: { ...rule }, first: short.slice(0, SHOWN) };
  return { value: percent(good, sample.length), says, details };
}

async function problemOf(item: StoredItem, rule: RetentionRule, retention: Retention): Promise<string | undefined> {
  const kept = await retention.of(item.key);
  if (kept === undefined) return `${item.key}: gone since it was listed`;
  const problem = kept.legalHold ? undefined : weakness(item, rule, kept);
  return problem && `${item.key}: ${problem}`;
}

function weakness({ storedAt }: StoredItem, rule: RetentionRule, { retention }: ObjectKept): string | undefined {
  if (retention === undefined) return 'no retention';
  if (rule.mode === 'COMPLIANCE' && retention.mode !== 'COMPLIANCE') return `${retention.mode} in place of COMPLIANCE`;
  const wanted = Date.parse(storedAt) + rule.days * DAY_MS - TOLERANCE_MS;
  if (Date.parse(retention.until) >= wanted) return undefined;
  return `kept until ${retention.until}, expected ${new Date(wanted).toISOString()} or later`;
}

async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  return results;
}
