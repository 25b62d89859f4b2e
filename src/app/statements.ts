import { canonicalize } from '../ledger/canonical.ts';
import type { Person, Role } from '../model/access.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Statements } from '../model/scope.ts';
import { type Said, Statement } from '../model/statement.ts';
import { seal } from './seal.ts';
import type { Store } from './store.ts';

/** A statement with its place in the ledger. */
export interface Stated {
  readonly entry: number;
  readonly statement: Statement;
  /** What ended it, if anything: a withdrawal, or a later exception of the same id. */
  readonly endedBy: { readonly entry: number; readonly statement: Statement } | undefined;
}

/** What an assessment is, as far as statements are limited by it. */
export interface About {
  readonly framework: string;
  readonly assessment: string;
}

/** Every statement but withdrawals among the first `treeSize` entries, in ledger order; the index must be up to date. */
export async function statements(store: Pick<Store, 'index'>, treeSize?: number): Promise<Stated[]> {
  const found = new Map<string, Stated>();
  const exceptions = new Map<string, string>();
  const end = (id: string | undefined, endedBy: NonNullable<Stated['endedBy']>): void => {
    const earlier = id === undefined ? undefined : found.get(id);
    if (earlier !== undefined && earlier.endedBy === undefined)
      found.set(earlier.statement.id, { ...earlier, endedBy });
  };
  for await (const { index, body } of store.index.bodies('statement', treeSize === undefined ? {} : { treeSize })) {
    const own = { entry: index, statement: body };
    if (body.says.type === 'withdrawal') {
      end(body.says.statement, own);
      continue;
    }
    if (body.says.type === 'exception') {
      end(exceptions.get(body.says.exception.id), own);
      exceptions.set(body.says.exception.id, body.id);
    }
    found.set(body.id, { ...own, endedBy: undefined });
  }
  return [...found.values()];
}

/** The statements in force that are about an assessment. */
export async function statedFor(
  store: Pick<Store, 'index'>,
  about: About,
  treeSize?: number,
): Promise<readonly Stated[]> {
  const all = await statements(store, treeSize);
  return all.filter(({ statement, endedBy }) => endedBy === undefined && isAbout(statement.says, about));
}

/**
 * One past the newest entry that changed what is stated for an assessment: what was pinned before it said
 * something else, even where the words are the same again.
 */
export async function statedEnd(store: Pick<Store, 'index'>, about: About): Promise<number> {
  const all = (await statements(store)).filter(({ statement }) => isAbout(statement.says, about));
  return all.reduce((end, { entry, endedBy }) => Math.max(end, entry + 1, (endedBy?.entry ?? 0) + 1), 0);
}

/** Whether something stated counts for an assessment. */
export function isAbout(says: Said, { framework, assessment }: About): boolean {
  if (says.type === 'review') return says.assessment === assessment;
  if (says.type === 'withdrawal') return false;
  return says.framework === undefined || says.framework === framework;
}

/**
 * What files say together with what the ledger holds. Of two exceptions with one id that of the ledger
 * counts. Of attestations of one day the newest comes first, since the first is taken; of reviews the last is.
 */
export function withStated(given: Statements, stated: readonly Stated[]): Statements {
  const says = stated.map((it) => it.statement.says);
  const exceptions = says.flatMap((it) => (it.type === 'exception' ? [it.exception] : []));
  const ids = new Set(exceptions.map((it) => it.id));
  return {
    ...given,
    exceptions: [...given.exceptions.filter((it) => !ids.has(it.id)), ...exceptions],
    attestations: [
      ...says.flatMap((it) => (it.type === 'attestation' ? [it.attestation] : [])).reverse(),
      ...given.attestations,
    ],
    reviews: [...given.reviews, ...says.flatMap((it) => (it.type === 'review' ? [it.review] : []))],
  };
}

/** Ledger entries of what an assessment's statements quote, among the first `treeSize` entries. */
export async function quotedEntries(
  store: Pick<Store, 'index'>,
  { about, quoted, treeSize }: { about: About; quoted: Statements; treeSize: number },
): Promise<number[]> {
  const texts = new Set([...quoted.exceptions, ...quoted.attestations, ...quoted.reviews].map(canonicalOf));
  const stated = await statedFor(store, about, treeSize);
  return stated.filter(({ statement }) => texts.has(canonicalOf(contentOf(statement.says)))).map((it) => it.entry);
}

/** Drops what zod left undefined. */
const canonicalOf = (value: unknown): string => canonicalize(JSON.parse(JSON.stringify(value)));

function contentOf(says: Said): unknown {
  if (says.type === 'exception') return says.exception;
  if (says.type === 'attestation') return says.attestation;
  return says.type === 'review' ? says.review : null;
}

/** Who states something, and under which request. */
export interface Stating {
  readonly by: Person;
  readonly role: Role;
  readonly requestId: string;
  readonly says: Said;
}

/**
 * Seals a statement. Throws `statement-unknown` for the withdrawal of what is not in the ledger, and
 * `statement-ended` for that of what does not count any more.
 */
export async function state(store: Store, { by, role, requestId, says }: Stating): Promise<Stated> {
  await seal(store, []);
  if (says.type === 'withdrawal') await checkWithdrawal(store, says.statement);
  const at = store.clock.now();
  const id = store.identity.id('statement', at, requestId);
  const own = { v: 1, id, run: id, at, salt: store.identity.salt(id) };
  // What could not be read back would stop every reader of the ledger.
  const statement = Statement.parse({ ...own, kind: 'statement', by, role, says });
  await seal(store, [[statement]]);
  for await (const { index, body } of store.index.bodies('statement', { run: id })) {
    if (body.id === id) return { entry: index, statement: body, endedBy: undefined };
  }
  throw new RangeError(`statement ${id} was sealed and is not in the index`);
}

async function checkWithdrawal(store: Store, id: string): Promise<void> {
  const found = (await statements(store)).find((it) => it.statement.id === id);
  if (found === undefined) throw new WitnessmarkError('statement-unknown', `the ledger holds no statement ${id}`);
  if (found.endedBy !== undefined)
    throw new WitnessmarkError(
      'statement-ended',
      `statement ${id} was ended by ledger entry ${found.endedBy.entry} already`,
    );
}
