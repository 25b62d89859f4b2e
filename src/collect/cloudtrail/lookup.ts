import { z } from 'zod';
import type { Json } from '../../model/json.ts';
import type { Failure, Retrieval } from '../../model/retrieval.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { failureOf, RetrievalFailure, unparsable } from '../failure.ts';
import { defaultLimits } from '../limits.ts';
import type { RedactOptions } from '../redact.ts';
import { retrieve } from '../retrieve.ts';
import { recordsOfAnswer } from './lookup-records.ts';
import { LOOKUP, type LookupChunk, lookupChunks } from './lookup-window.ts';
import type { KnownTrail, TrailItem } from './trail-item.ts';

/** One attribute to look events up by; LookupEvents takes one at a time. */
export interface AskedAttribute {
  readonly AttributeKey: string;
  readonly AttributeValue: string;
}

export interface LookupWish {
  readonly cloud: Cloud;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  /** What is asked, one after the other, in every region. */
  readonly attributes: readonly AskedAttribute[];
  /** Says for which selectors: whoever has others begins anew. */
  readonly selectors: string;
  readonly redact: RedactOptions;
}

/** AWS allows two requests a second for an account and region, and no more can be asked for. */
const INTERVAL_MS = 500;
/** Most that one page may hold. */
const PAGE_EVENTS = 50;

/**
 * The events of CloudTrail's event history, for accounts and regions without a trail: management events of the last 90
 * days, each answer recorded. It goes account by account in stretches of days, oldest first, from an hour before where
 * the last look ended; a stretch that was looked at in every region is said to be, so that a look that is cut short goes on
 * there. A region that refuses is left for this time, and its days are not whole.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
 */
export async function* lookupItems(wish: LookupWish, known: KnownTrail): AsyncIterable<TrailItem> {
  const wait = pacer(wish.cloud);
  for (const account of wish.accounts) {
    const refused = new Set<string>();
    for (const chunk of lookupChunks({ ...wish, account }, known))
      yield* chunkItems({ ...wish, account, chunk, refused, wait });
  }
}

interface OfChunk extends LookupWish {
  readonly account: string;
  readonly chunk: LookupChunk;
  /** Regions that gave a failure in this look. */
  readonly refused: Set<string>;
  readonly wait: Pacer;
}

async function* chunkItems(of: OfChunk): AsyncIterable<TrailItem> {
  const { account, chunk, attributes, regions, refused, selectors } = of;
  for (const region of regions.filter((it) => refused.has(it))) yield unread(of, region, LEFT);
  // Attribute by attribute: while one region has to wait another one is asked.
  for (const attribute of attributes)
    for (const region of regions) if (!refused.has(region)) yield* pageItems(of, region, attribute);
  const { from, to } = chunk;
  for (const region of regions)
    if (!refused.has(region)) yield { looked: { of: `${LOOKUP}?selectors=${selectors}`, account, region, from, to } };
  if (chunk.partOf !== undefined)
    yield { unread: { account, region: 'global', days: [chunk.partOf], failure: CHANGED, isFile: true } };
  yield { ended: { account, from: chunk.firstDay, to: chunk.lastDay, isEveryDay: true } };
}

/** Pages of one attribute in one region; a page that fails is the last one, and the region is left. */
async function* pageItems(of: OfChunk, region: string, attribute: AskedAttribute): AsyncIterable<TrailItem> {
  const { account, chunk, cloud, redact } = of;
  const options = { cloud, account, region, at: chunk.to, redact, limits: defaultLimits, originals: new Map() };
  const asked = {
    LookupAttributes: [{ ...attribute }],
    StartTime: chunk.from,
    EndTime: chunk.to,
    MaxResults: PAGE_EVENTS,
  };
  let token: string | undefined;
  for (let page = 1; page <= defaultLimits.pages; page += 1) {
    await of.wait.before(account, region);
    const input = { ...asked, ...(token === undefined ? {} : { NextToken: token }) };
    const call = await retrieve({ service: 'cloudtrail', operation: 'LookupEvents', input, page }, options);
    of.wait.after(account, region, call);
    try {
      const answer = answerOf(call);
      yield* answerItems(of, { region, attribute, page, call, events: answer.Events });
      if (answer.NextToken === undefined) return;
      if (answer.NextToken === token) throw unparsable(CALL, '/NextToken', 'is the same as on the page before');
      token = answer.NextToken;
    } catch (thrown) {
      if (!(thrown instanceof RetrievalFailure)) throw thrown;
      of.refused.add(region);
      yield unread(of, region, thrown.failure, call);
      return;
    }
  }
  of.refused.add(region);
  yield unread(of, region, unparsable(CALL, '/NextToken', `more than ${defaultLimits.pages} pages`).failure);
}

const CALL = { operation: LOOKUP, requestId: null };

const Answer = z.object({ Events: z.array(z.unknown()).default([]), NextToken: z.string().min(1).optional() });

function answerOf(call: Retrieval): z.infer<typeof Answer> {
  const { error, answer, requestId } = call;
  if (error !== undefined) throw new RetrievalFailure(failureOf({ operation: LOOKUP, requestId }, error));
  const parsed = Answer.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw unparsable({ operation: LOOKUP, requestId }, `/${first?.path.join('/') ?? ''}`, first?.message ?? 'misfit');
}

interface Page {
  readonly region: string;
  readonly attribute: AskedAttribute;
  readonly page: number;
  readonly call: Retrieval;
  readonly events: readonly unknown[];
}

/** The records of one answer, named so that nobody takes it for a delivered file. */
function* answerItems(of: OfChunk, { region, attribute, page, call, events }: Page): Generator<TrailItem> {
  const { account, chunk } = of;
  if (events.length === 0) {
    yield { call };
    return;
  }
  const what = `${attribute.AttributeKey}=${attribute.AttributeValue}`;
  const name = `${LOOKUP}/${account}/${region}/${what}/${chunk.from}/${chunk.to}/${page}`;
  const { bytes, unreadable } = recordsOfAnswer(events as readonly Json[]);
  yield { name, bytes, answer: call };
  if (unreadable === 0) return;
  const problem = `${unreadable} of ${events.length} events of ${name} hold no record that can be read`;
  yield {
    unread: { account, region, days: chunk.days, failure: unparsable(CALL, '/Events', problem).failure, isFile: true },
  };
}

function unread({ account, chunk }: OfChunk, region: string, failure: Failure, call?: Retrieval): TrailItem {
  const its = { account, region, days: chunk.days, failure, isFile: false };
  return { unread: call === undefined ? its : { ...its, call } };
}

const LEFT: Failure = {
  operation: LOOKUP,
  kind: 'rejected',
  name: 'RegionLeft',
  message: 'the region was not asked again after an earlier failure of this look',
  status: null,
  requestId: null,
};

const CHANGED: Failure = {
  operation: LOOKUP,
  kind: 'unsupported',
  name: 'SelectorsChanged',
  message: 'the event selectors changed on this day: what only the new ones ask for was not looked up before that',
  status: null,
  requestId: null,
};

interface Pacer {
  /** Waits until the region may be asked. */
  before(account: string, region: string): Promise<void>;
  after(account: string, region: string, call: Retrieval): void;
}

/** Keeps the calls to one account and region half a second apart, by the times that the calls themselves tell. */
function pacer(cloud: Cloud): Pacer {
  const begun = new Map<string, number>();
  let now = 0;
  return {
    async before(account, region) {
      const last = begun.get(`${account} ${region}`);
      const left = last === undefined ? 0 : last + INTERVAL_MS - now;
      if (left <= 0) return;
      await cloud.pause(left);
      now += left;
    },
    after(account, region, { startedAt, endedAt }) {
      begun.set(`${account} ${region}`, Date.parse(startedAt));
      now = Math.max(now, Date.parse(endedAt));
    },
  };
}
