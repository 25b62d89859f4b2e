import type { Catalogue } from '../catalog/catalogue.ts';
import type { Alert } from '../model/alert.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import type { Messages } from '../ports/messages.ts';
import { alertMessage } from './alert-message.ts';
import { isTold, type KeptAlert, keepAlert, markTold } from './alert-objects.ts';
import { watchedEvents } from './catalogue.ts';
import { matchersOf } from './ingest.ts';
import { sealEach } from './seal.ts';
import type { Store } from './store.ts';
import { alertsOf, type WatchedMessage, type Watching } from './watch-event.ts';

export interface WatchRequest {
  readonly store: Store;
  readonly messages: Messages;
  readonly catalogue: Catalogue;
}

/** A message that has to be given again, or given up. */
export interface FailedMessage {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

/** What became of some messages; each that is not in `failed` is done with. */
export interface WatchResult {
  readonly messages: number;
  /** Events that no selector matches: rules are wider than selectors. */
  readonly ignored: number;
  /** Alerts that were told now, in the order of their messages. */
  readonly told: readonly { readonly alert: string; readonly selector: string; readonly entry: number }[];
  /** Alerts that had been told before, by what is stored. */
  readonly known: number;
  readonly failed: readonly FailedMessage[];
}

/** One alert, and the messages that lead to it. */
interface Wanted {
  readonly alert: Alert;
  readonly messages: readonly string[];
}

type Failures = Map<string, FailedMessage>;

/**
 * Takes events as the queue gives them. For each selector and event: the alert's bytes are fixed by creating an object
 * under a name that follows from them; it is sealed in the ledger; people are told; and that they were is marked. Each
 * step finds what an earlier delivery did, so that an event has one entry however often and in which order it comes,
 * and whoever is told twice reads that it may be so. A message that fails takes no other one with it, but where the
 * ledger itself cannot be written: then all that need it fail.
 */
export async function watch(request: WatchRequest, messages: readonly WatchedMessage[]): Promise<WatchResult> {
  const { store } = request;
  const failures: Failures = new Map();
  const wanted = wantedOf(messages, watchingOf(request), failures);
  const kept = await keptAlerts(store, wanted.alerts, failures);
  const sealed = await sealedAlerts(store, kept.fresh, failures);
  const told: { alert: string; selector: string; entry: number }[] = [];
  for (const it of sealed) {
    await attempt(failures, it.messages, async () => {
      await tell(request, it);
      told.push({ alert: it.alert.id, selector: it.alert.selector, entry: it.entry });
    });
  }
  const failed = [...failures.values()];
  return { messages: messages.length, ignored: wanted.ignored, told, known: kept.known, failed };
}

function watchingOf({ store, catalogue }: WatchRequest): Watching {
  const events = watchedEvents(catalogue);
  const selectors = new Map(events.map(({ selector }) => [selector.name, selector]));
  return { store, selectors, matchers: matchersOf(events), at: store.clock.now() };
}

function wantedOf(messages: readonly WatchedMessage[], watching: Watching, failures: Failures) {
  const found = new Map<string, { alert: Alert; messages: string[] }>();
  let ignored = 0;
  for (const message of messages) {
    try {
      const alerts = alertsOf(message, watching);
      if (alerts.length === 0) ignored += 1;
      for (const alert of alerts) {
        const known = found.get(alert.id);
        if (known === undefined) found.set(alert.id, { alert, messages: [message.id] });
        else known.messages.push(message.id);
      }
    } catch (thrown) {
      fail(failures, [message.id], thrown);
    }
  }
  return { alerts: [...found.values()] satisfies Wanted[], ignored };
}

type Kept = KeptAlert & Wanted;

async function keptAlerts(store: Store, wanted: readonly Wanted[], failures: Failures) {
  const fresh: Kept[] = [];
  let known = 0;
  for (const { alert, messages } of wanted) {
    await attempt(failures, messages, async () => {
      const kept = await keepAlert(store.objects, alert);
      if (kept.isNew || !(await isTold(store.objects, alert.id))) fresh.push({ ...kept, messages });
      else known += 1;
    });
  }
  return { fresh, known };
}

type SealedAlert = Kept & { readonly entry: number };

async function sealedAlerts(store: Store, kept: readonly Kept[], failures: Failures): Promise<SealedAlert[]> {
  if (kept.length === 0) return [];
  let sealed: SealedAlert[] = [];
  await attempt(
    failures,
    kept.flatMap((it) => it.messages),
    async () => {
      const entries = await sealEach(
        store,
        kept.map((it) => it.alert),
      );
      sealed = kept.map((it, at) => ({ ...it, entry: entries[at] ?? -1 }));
    },
  );
  return sealed;
}

/** The mark comes last: whoever is stopped before it leads to a second message that says it may be one. */
async function tell({ store, messages }: WatchRequest, { alert, entry, isNew }: SealedAlert): Promise<void> {
  await messages.publish(alertMessage(alert, { entry, mayRepeat: !isNew }));
  await markTold(store.objects, alert.id, store.clock.now());
}

async function attempt(failures: Failures, messages: readonly string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    fail(failures, messages, thrown);
  }
}

/** Of several failures of a message the first is told. */
function fail(failures: Failures, messages: readonly string[], thrown: unknown): void {
  const code = thrown instanceof WitnessmarkError ? thrown.code : 'watch-failed';
  for (const id of messages) if (!failures.has(id)) failures.set(id, { id, code, message: messageOf(thrown) });
}
