import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { canonicalize } from '../../ledger/canonical.ts';
import type { Body, Entry, Kind } from '../../model/entry.ts';
import type { Evidence, Observations } from '../../model/evidence.ts';
import type {
  EvidenceFilter,
  EvidenceIndex,
  EvidenceRow,
  HeadRow,
  IndexedEntry,
  ObservationRow,
  SubjectState,
} from '../../ports/evidence-index.ts';
import { freshEntries, hashOf } from '../index-entries.ts';
import { diskError, onDisk } from './disk-error.ts';

/** Raised whenever the tables change; an index of another version is dropped and rebuilt by `replay`. */
const SCHEMA_VERSION = 2;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS bodies (
    idx INTEGER PRIMARY KEY, kind TEXT NOT NULL, hash TEXT NOT NULL, run TEXT NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS bodies_hash ON bodies (hash);
  CREATE INDEX IF NOT EXISTS bodies_kind ON bodies (kind, idx);
  CREATE TABLE IF NOT EXISTS evidence (
    idx INTEGER PRIMARY KEY REFERENCES bodies, at TEXT NOT NULL, run TEXT NOT NULL, source TEXT NOT NULL,
    account TEXT NOT NULL, region TEXT NOT NULL, subject TEXT NOT NULL, hash TEXT NOT NULL, resource_type TEXT NOT NULL,
    name TEXT NOT NULL, outcome TEXT NOT NULL, change TEXT NOT NULL, reason TEXT NOT NULL, failures TEXT, event_time TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS evidence_time ON evidence (at, idx);
  CREATE INDEX IF NOT EXISTS evidence_source ON evidence (source, at, idx);
  CREATE TABLE IF NOT EXISTS current (
    source TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, subject TEXT NOT NULL,
    at TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (source, account, region, subject)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS observations (
    idx INTEGER NOT NULL, item INTEGER NOT NULL, at TEXT NOT NULL, run TEXT NOT NULL, source TEXT NOT NULL,
    account TEXT NOT NULL, region TEXT NOT NULL, observation TEXT NOT NULL, PRIMARY KEY (idx, item)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS observations_time ON observations (at, idx, item);
`;

/**
 * The query index in one SQLite file (`:memory:` for tests). Opening a file of another schema
 * version empties it: the caller sees `size() === 0` and replays the ledger. Throws `disk-full`,
 * `disk-denied`, `disk-failed`, `store-busy` and `index-damaged`; what was being applied is not, then.
 */
export function sqliteIndex(path: string): EvidenceIndex {
  const db = opened(path);
  const write = writer(db);
  const sizeOf = db.prepare('SELECT coalesce(max(idx) + 1, 0) AS size FROM bodies');
  const size = () => Number(sizeOf.get()?.size);
  return {
    size: async () => size(),
    apply: async (entries) => onDisk(path, () => transaction(db, () => applyAll(entries, size(), write))),
    current: async (source, account, region) => currentStates(db, source, account, region),
    evidence: (filter) => evidenceRows(db, filter),
    heads: (order, treeSize) => headRows(db, order, treeSize),
    evidenceAt: async (index) => evidenceAt(db, index),
    observations: (filter) => observationRows(db, filter),
    bodies: (kind, filter = {}) => bodyRows(db, kind, filter),
    find: async (hash) =>
      (db.prepare('SELECT min(idx) AS idx FROM bodies WHERE hash = ?').get(hash)?.idx as number | undefined | null) ??
      undefined,
    clear: async () =>
      onDisk(path, () =>
        transaction(db, () =>
          db.exec('DELETE FROM current; DELETE FROM evidence; DELETE FROM observations; DELETE FROM bodies;'),
        ),
      ),
    close: async () => db.close(),
  };
}

function opened(path: string): DatabaseSync {
  try {
    return open(path);
  } catch (thrown) {
    throw diskError(thrown, path);
  }
}

function open(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  // The index can be rebuilt from the ledger at any time, so it may trade durability for speed.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 10000;');
  if (Number(db.prepare('PRAGMA user_version').get()?.user_version) !== SCHEMA_VERSION) {
    db.exec(
      'DROP TABLE IF EXISTS current; DROP TABLE IF EXISTS evidence; DROP TABLE IF EXISTS observations; DROP TABLE IF EXISTS bodies;',
    );
  }
  db.exec(SCHEMA);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  return db;
}

function transaction(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    // SQLite has rolled back itself where the disk is full.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

interface Writer {
  body(index: number, entry: Entry, body: Body): void;
  /** Whether an earlier entry holds this body. */
  knows(index: number, entry: Entry): boolean;
  evidence(index: number, entry: Entry, evidence: Evidence): void;
  observations(index: number, body: Observations): void;
}

function writer(db: DatabaseSync): Writer {
  const body = db.prepare('INSERT INTO bodies VALUES (?, ?, ?, ?, ?, ?)');
  const known = db.prepare('SELECT 1 FROM bodies WHERE hash = ? AND idx < ?');
  const evidence = db.prepare(`INSERT INTO evidence VALUES (${Array(15).fill('?').join(', ')})`);
  // Judging old retrievals again appends evidence about the past: only a later state is the current one.
  const current = db.prepare(`INSERT INTO current VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET at = excluded.at, idx = excluded.idx WHERE excluded.at >= current.at`);
  const observation = db.prepare('INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  return {
    body: (index, entry, it) => {
      body.run(index, entry.kind, hashOf(entry), entry.run, entry.at, JSON.stringify(it));
    },
    knows: (index, entry) => known.get(hashOf(entry), index) !== undefined,
    evidence: (index, entry, it) => {
      const failures = Object.keys(it.failures).length === 0 ? null : canonicalize(it.failures);
      const place = [index, it.at, it.run, it.source, it.account, it.region, it.subject, hashOf(entry)];
      const state = [it.resourceType, it.name, it.outcome, it.change, it.reason, failures];
      evidence.run(...place, ...state, it.event?.eventTime ?? null);
      if (it.change !== 'event') current.run(it.source, it.account, it.region, it.subject, it.at, index);
    },
    observations: (index, it) => {
      for (const [item, one] of it.observations.entries()) {
        observation.run(index, item, it.at, it.run, one.source, it.account, it.region, JSON.stringify(one));
      }
    },
  };
}

function applyAll(entries: readonly IndexedEntry[], size: number, write: Writer): void {
  for (const { index, entry, body } of freshEntries(entries, size)) {
    write.body(index, entry, body);
    if (write.knows(index, entry)) continue;
    if (body.kind === 'evidence') write.evidence(index, entry, body);
    if (body.kind === 'observations') write.observations(index, body);
  }
}

function currentStates(db: DatabaseSync, source: string, account: string, region: string): Map<string, SubjectState> {
  const rows = db
    .prepare(
      `SELECT c.subject, b.hash, b.body FROM current c JOIN bodies b ON b.idx = c.idx
       WHERE c.source = ? AND c.account = ? AND c.region = ? ORDER BY c.subject`,
    )
    .all(source, account, region);
  const states = new Map<string, SubjectState>();
  for (const row of rows) {
    const evidence = JSON.parse(String(row.body)) as Evidence;
    if (evidence.change === 'absent') continue;
    states.set(evidence.subject, { subject: evidence.subject, hash: String(row.hash), at: evidence.at, evidence });
  }
  return states;
}

type Part = readonly [sql: string, value: SQLInputValue | undefined];

/** What of a filter only evidence has. */
const partsOfEvidence = ({ subject, actor }: EvidenceFilter): Part[] => [
  ['e.subject = ?', subject],
  ["json_extract(b.body, '$.event.actor') = ?", actor],
];

/** Builds `WHERE` from the parts of a filter that are given; column names are ours, values are bound. */
function where(filter: EvidenceFilter, alias: string, ofEvidence: boolean): { sql: string; values: SQLInputValue[] } {
  const parts: Part[] = [
    [`${alias}.source = ?`, filter.source],
    [`${alias}.account = ?`, filter.account],
    [`${alias}.region = ?`, filter.region],
    [`${alias}.run = ?`, filter.run],
    [`${alias}.at >= ?`, filter.from],
    [`${alias}.at <= ?`, filter.to],
    [`${alias}.idx < ?`, filter.treeSize],
    ...(ofEvidence ? partsOfEvidence(filter) : []),
  ];
  const given = parts.filter((part): part is [string, SQLInputValue] => part[1] !== undefined);
  const { after } = filter;
  const sql = [...given.map(([part]) => part), ...(after ? [`(${alias}.at, ${alias}.idx) > (?, ?)`] : [])];
  const values = [...given.map(([, value]) => value), ...(after ? [after.at, after.index] : [])];
  return { sql: sql.length === 0 ? '' : `WHERE ${sql.join(' AND ')}`, values };
}

async function* evidenceRows(db: DatabaseSync, filter: EvidenceFilter): AsyncIterable<EvidenceRow> {
  const { sql, values } = where(filter, 'e', true);
  const query = db.prepare(
    `SELECT e.idx, b.hash, b.body FROM evidence e JOIN bodies b ON b.idx = e.idx ${sql} ORDER BY e.at, e.idx`,
  );
  for (const row of query.iterate(...values)) {
    yield {
      index: Number(row.idx),
      hash: String(row.hash),
      evidence: JSON.parse(String(row.body)) as Evidence,
    };
  }
}

const HEAD =
  'idx, hash, at, source, subject, resource_type, name, account, region, outcome, change, reason, failures, event_time';

async function* headRows(db: DatabaseSync, order: 'source' | 'entry', treeSize: number): AsyncIterable<HeadRow> {
  const by = order === 'source' ? 'source, at, idx' : 'idx';
  const query = db.prepare(`SELECT ${HEAD} FROM evidence WHERE idx < ? ORDER BY ${by}`);
  query.setReturnArrays(true);
  for (const row of query.iterate(treeSize)) yield headRow(row as unknown as HeadColumns);
}

/** The columns of `HEAD`. */
type HeadColumns = readonly [number, ...Strings<11>, string | null, string | null];
type Strings<N extends number, T extends string[] = []> = T['length'] extends N ? T : Strings<N, [...T, string]>;

function headRow(row: HeadColumns): HeadRow {
  const [index, hash, at, source, subject, resourceType, name, account, region, outcome, change, reason] = row;
  const [failures, eventTime] = [row[12], row[13]];
  return {
    index,
    hash,
    evidence: {
      at,
      source,
      subject,
      resourceType,
      name,
      account,
      region,
      outcome: outcome as Evidence['outcome'],
      change: change as Evidence['change'],
      reason,
      failures: failures === null ? NO_FAILURES : JSON.parse(failures),
      ...(eventTime === null ? {} : { event: { eventTime } }),
    },
  };
}

const NO_FAILURES = {};

function evidenceAt(db: DatabaseSync, index: number): Evidence | undefined {
  const row = db.prepare("SELECT body FROM bodies WHERE idx = ? AND kind = 'evidence'").get(index);
  return row === undefined ? undefined : (JSON.parse(String(row.body)) as Evidence);
}

async function* observationRows(db: DatabaseSync, filter: EvidenceFilter): AsyncIterable<ObservationRow> {
  const { sql, values } = where(filter, 'o', false);
  const query = db.prepare(`SELECT * FROM observations o ${sql} ORDER BY o.at, o.idx, o.item`);
  for (const row of query.iterate(...values)) {
    yield {
      index: Number(row.idx),
      run: String(row.run),
      at: String(row.at),
      account: String(row.account),
      region: String(row.region),
      observation: JSON.parse(String(row.observation)),
    };
  }
}

async function* bodyRows<K extends Exclude<Kind, 'evidence'>>(
  db: DatabaseSync,
  kind: K,
  filter: EvidenceFilter,
): AsyncIterable<{ index: number; hash: string; body: Extract<Body, { kind: K }> }> {
  const query = db.prepare(
    `SELECT idx, hash, body FROM bodies AS it
     WHERE NOT EXISTS (SELECT 1 FROM bodies WHERE hash = it.hash AND idx < it.idx) AND kind = ? AND run = coalesce(?, run) AND at >= ? AND at <= ? AND idx < ? ORDER BY idx`,
  );
  const rows = query.iterate(
    kind,
    filter.run ?? null,
    filter.from ?? '',
    filter.to ?? '~',
    filter.treeSize ?? Number.MAX_SAFE_INTEGER,
  );
  for (const row of rows) {
    yield {
      index: Number(row.idx),
      hash: String(row.hash),
      body: JSON.parse(String(row.body)) as Extract<Body, { kind: K }>,
    };
  }
}
