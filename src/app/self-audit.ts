import { type AuditOptions, type AuditResult, auditLedger } from '../ledger/audit.ts';
import { openLog } from '../ledger/read.ts';
import { encodeBase64 } from '../ledger/text.ts';
import { AuditRecord, MOST_FINDINGS } from '../model/audit-record.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import { bodyReader, entryOf } from './objects.ts';
import { syncIndex } from './replay.ts';
import { seal } from './seal.ts';
import type { Store } from './store.ts';

export interface SelfAuditRequest {
  /** What the audit reads: objects, keys from where they can be trusted, the notary's memory. */
  readonly audited: Pick<AuditOptions, 'objects' | 'verifierKeys' | 'notaryState' | 'timestamps' | 'policy' | 'found'>;
  /** `new` goes on from the last audit that found no error, where the ledger proves one; else the store is audited whole. */
  readonly covers: 'whole' | 'new';
}

/** Why an audit's result is not in the ledger. */
export interface NotSealed {
  readonly code: string;
  readonly message: string;
}

export interface SelfAudit {
  readonly result: AuditResult;
  readonly record: AuditRecord;
  /** Undefined where the record is a ledger entry. */
  readonly notSealed?: NotSealed;
}

/**
 * Audits a store and seals what came of it as a ledger entry, also where it failed. What cannot be sealed, because the
 * ledger is broken, is told by `notSealed` and never thrown: whoever calls has to raise the alarm either way.
 */
export async function selfAudit(store: Store, { audited, covers }: SelfAuditRequest): Promise<SelfAudit> {
  const startedAt = store.clock.now();
  const from = covers === 'new' ? await auditedUpTo(store) : 0;
  const result = await auditLedger({ ...audited, bodiesFrom: from });
  const record = recordOf(store, result, { from, startedAt });
  try {
    await seal(store, [[record]]);
    return { result, record };
  } catch (thrown) {
    return { result, record, notSealed: notSealedBy(thrown) };
  }
}

/** What came of an audit of a store that may be too damaged to be opened. */
export type AnyAudit = Pick<SelfAudit, 'result' | 'notSealed'>;

/** As `selfAudit`, over a store that `withStore` opens; where it cannot, the store is audited all the same. */
export async function auditAndSeal(
  withStore: <T>(work: (store: Store) => Promise<T>) => Promise<T>,
  request: SelfAuditRequest,
): Promise<AnyAudit> {
  try {
    return await withStore((store) => selfAudit(store, request));
  } catch (thrown) {
    return { result: await auditLedger(request.audited), notSealed: notSealedBy(thrown) };
  }
}

function notSealedBy(thrown: unknown): NotSealed {
  const code = thrown instanceof WitnessmarkError ? thrown.code : 'audit-not-sealed';
  return { code, message: messageOf(thrown).slice(0, 2000) };
}

function recordOf(
  store: Store,
  { ok, findings, counts, size, root }: AuditResult,
  { from, startedAt }: { from: number; startedAt: string },
): AuditRecord {
  const id = store.identity.id('audit', startedAt, String(size), root ?? '');
  const errors = findings.filter((it) => it.severity === 'error').length;
  const quoted = findings.slice(0, MOST_FINDINGS).map(({ code, severity, object }) => ({
    code: code.slice(0, 100),
    severity,
    object: printable(object),
  }));
  // What could not be read back would stop every reader of the ledger.
  return AuditRecord.parse({
    ...{ v: 1, kind: 'audit', id, run: id, at: startedAt, salt: store.identity.salt(id) },
    ...{ covered: from > 0 ? 'log_and_new' : 'whole', from, size, root, ok },
    ...{ errors, warnings: findings.length - errors, findings: quoted, counts: { ...counts } },
    ...{ startedAt, endedAt: store.clock.now(), software: store.software.slice(0, 200) },
  });
}

/** Keys of a damaged store may be anything; an entry holds well-formed text. */
const printable = (object: string): string => object.toWellFormed().slice(0, 300).toWellFormed();

/**
 * Size of the last audit without an error that the ledger itself proves: its entry leads to the signed root, its body
 * to the entry, and its root is that of the log at its size. The index only says where to look, so that whoever
 * alters the index cannot have anything passed over. 0 where there is none.
 */
async function auditedUpTo(store: Store): Promise<number> {
  try {
    await syncIndex(store);
    let last: number | undefined;
    for await (const { index, body } of store.index.bodies('audit')) if (body.ok) last = index;
    return last === undefined ? 0 : await provenSize(store, last);
  } catch {
    // Whatever is in the way of going on from there is no way to see less.
    return 0;
  }
}

async function provenSize(store: Store, index: number): Promise<number> {
  const log = await openLog(store.objects, store.verifierKeys);
  const entry = entryOf(await log.entry(index));
  const body = AuditRecord.parse(JSON.parse(Buffer.from(await bodyReader(store.objects)(entry)).toString('utf8')));
  const isOf = body.id === entry.id && body.size <= index;
  return body.ok && isOf && encodeBase64(await log.root(body.size)) === body.root ? body.size : 0;
}
