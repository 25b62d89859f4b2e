import { Body } from '../../model/entry.ts';
import { messageOf } from '../../model/error.ts';
import type { TrustRecord } from '../../model/run.ts';
import { attachmentKey, type Statement } from '../../model/statement.ts';
import { canonicalize, sha256Hex } from '../canonical.ts';
import type { LineBounds } from '../json-lines.ts';
import { utf8 } from '../text.ts';
import { contentKey, readContent } from './content.ts';
import type { IndexedEntry } from './entries.ts';
import { parseJson, type RetrievalAudit } from './retrievals.ts';
import type { AuditedStore } from './store.ts';

/** Checks the bodies that entries commit to. */
export interface BodyAudit {
  /** Checks the bodies of these entries. */
  check(entries: readonly IndexedEntry[]): Promise<void>;
  /** Names of the objects that entries lead to. */
  readonly referenced: ReadonlySet<string>;
  /** Bodies that were found. */
  count(): number;
  /** The newest body that seals the files under `trust/`. */
  trust(): TrustRecord | undefined;
}

export function auditBodies(store: AuditedStore, retrievals: RetrievalAudit, bounds: LineBounds): BodyAudit {
  const referenced = new Set<string>();
  const damaged = new Set<string>();
  let count = 0;
  let trust: { index: number; body: TrustRecord } | undefined;

  async function checkObject(name: string, entries: readonly IndexedEntry[]): Promise<void> {
    referenced.add(name);
    // What is wrong with an object is said once, however many entries lead to it.
    if (damaged.has(name)) return;
    const wanted = Map.groupBy(entries, ({ entry }) => entry.body.slice('sha256:'.length));
    const bodies: [Body, string][] = [];
    const whole = await readContent(store, 'evidence', name, {
      bounds,
      onLine(bytes) {
        const hash = sha256Hex(bytes);
        const wanting = wanted.get(hash);
        if (wanting === undefined) return;
        wanted.delete(hash);
        count += 1;
        const body = checkBody(store, contentKey('evidence', name), bytes, wanting);
        if (body === undefined) return;
        const index = wanting[0]?.index ?? 0;
        bodies.push([body, `entry ${index}`]);
        if (body.kind === 'trust' && index >= (trust?.index ?? 0)) trust = { index, body };
      },
    });
    if (!whole) damaged.add(name);
    else reportMissing(store, name, [...wanted.values()].flat());
    for (const [body, where] of bodies)
      await checkReferences(store, retrievals, contentKey('evidence', name), body, where);
  }

  return {
    referenced,
    count: () => count,
    trust: () => trust?.body,
    async check(entries) {
      for (const [name, group] of Map.groupBy(entries, ({ entry }) => entry.in)) await checkObject(name, group);
    },
  };
}

function reportMissing(store: AuditedStore, name: string, entries: readonly IndexedEntry[]): void {
  const key = contentKey('evidence', name);
  for (const { index, entry } of entries) {
    store.report.error('ledger-body-missing', key, `${key} has no line with the body of entry ${index}, ${entry.body}`);
  }
}

/** The body, if it can be read; a disagreement with an entry that commits to it is a finding. */
function checkBody(
  store: AuditedStore,
  key: string,
  bytes: Uint8Array,
  entries: readonly IndexedEntry[],
): Body | undefined {
  try {
    const json = parseJson(bytes);
    if (canonicalize(json) !== utf8(bytes)) throw new Error('it is not canonical JSON');
    const body = Body.parse(json);
    for (const { index, entry } of entries) {
      const fields = (['kind', 'id', 'run', 'at'] as const).filter((field) => entry[field] !== body[field]);
      if (fields.length === 0) continue;
      const message = `${key}: the body of entry ${index} has another ${fields.join(', ')} than the entry`;
      store.report.error('ledger-body-differs', key, message);
    }
    return body;
  } catch (thrown) {
    const what = messageOf(thrown).replaceAll(/\s+/g, ' ').slice(0, 300);
    store.report.error(
      'ledger-body-invalid',
      key,
      `${key}: the body of entry ${entries[0]?.index} is no body: ${what}`,
    );
    return undefined;
  }
}

async function checkReferences(
  store: AuditedStore,
  retrievals: RetrievalAudit,
  key: string,
  body: Body,
  where: string,
): Promise<void> {
  if (body.kind === 'observations' && body.retrievals !== null) await retrievals.lines(body.retrievals);
  if (body.kind === 'statement') await checkAttachment(store, body, where);
  if (body.kind !== 'evidence') return;
  for (const { object, line, sha256 } of body.retrievals) {
    const lines = await retrievals.lines(object);
    // Damage of the object itself was reported when it was read.
    if (lines === undefined || lines[line - 1] === sha256) continue;
    const message = `${key}: the evidence of ${where} points at line ${line} of ${contentKey('retrievals', object)}, which is not ${sha256}`;
    store.report.error('ledger-reference-broken', key, message);
  }
}

/** A file that somebody handed in is what its name says, or it is a finding. */
async function checkAttachment(store: AuditedStore, { says }: Statement, where: string): Promise<void> {
  if (says.type !== 'attestation' || says.attachment === undefined) return;
  const { sha256 } = says.attachment;
  const key = attachmentKey(sha256);
  const bytes = await store.read(key, 'ledger-attachment-missing');
  if (bytes === undefined || sha256Hex(bytes) === sha256) return;
  store.report.error('ledger-attachment-altered', key, `${key}, which ${where} rests on, was altered`);
}
