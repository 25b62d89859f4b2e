import { fixedClock } from '../../src/adapters/local/clock.ts';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import type { FaultHook } from '../../src/adapters/memory/objects.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { identity } from '../../src/app/identity.ts';
import type { Store } from '../../src/app/store.ts';
import type { AuditResult } from '../../src/ledger/audit.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { createNotary } from '../../src/ledger/notary.ts';
import { notaryStateIn } from '../../src/ledger/notary-state.ts';
import { populationDigest } from '../../src/ledger/population.ts';
import type { ObservationRow } from '../../src/ports/evidence-index.ts';
import type { Signer } from '../../src/ports/signer.ts';
import { ORIGIN, testSigner, VKEY } from '../ledger/helpers.ts';

const SECRET = Buffer.alloc(32, 9);

/** What of a store survives a crash: its objects and the notary's memory. */
export interface Disk {
  readonly objects: Map<string, Uint8Array>;
  readonly notary: Map<string, Uint8Array>;
}
export const emptyDisk = (): Disk => ({
  objects: new Map([['trust/checkpoint.vkey', Buffer.from(`${VKEY}\n`)]]),
  notary: new Map(),
});
export const copyOf = ({ objects, notary }: Disk): Disk => ({ objects: new Map(objects), notary: new Map(notary) });

export interface StoreOptions {
  readonly fault?: FaultHook;
  readonly now?: string;
  readonly index?: Store['index'];
  readonly signer?: Signer;
}

/** A store on a disk, with an index of its own in memory. */
export function storeOf(
  disk: Disk = emptyDisk(),
  { fault, now = '2026-11-01T00:00:00.000Z', index, signer = testSigner() }: StoreOptions = {},
): Store {
  const hook = fault ? { fault } : {};
  const state = notaryStateIn(memoryObjects({ files: disk.notary, ...hook }), 'notary.json');
  return {
    objects: memoryObjects({ files: disk.objects, ...hook }),
    index: index ?? sqliteIndex(':memory:'),
    notary: createNotary({ state, signer, origin: ORIGIN }),
    identity: identity(SECRET),
    clock: fixedClock(now),
    origin: ORIGIN,
    verifierKeys: [VKEY],
    redactionSecret: SECRET,
    documentSigner: signer,
    certificates: { rootPem: '', signingPem: '' },
    software: 'test 1',
  };
}

export function auditOf({ objects, notary }: Disk): Promise<AuditResult> {
  const notaryState = notaryStateIn(memoryObjects({ files: notary }), 'notary.json');
  return auditLedger({ objects: memoryObjects({ files: objects }), verifierKeys: [VKEY], notaryState });
}

/** Everything that an index answers, to compare two of them. */
export async function answersOf({ index }: Pick<Store, 'index'>) {
  const kinds = ['plan', 'run', 'observations', 'framework', 'assessment'] as const;
  const bodies = await Promise.all(kinds.map((kind) => Array.fromAsync(index.bodies(kind))));
  const evidence = await Array.fromAsync(index.evidence({}));
  const places = new Map(evidence.map(({ evidence: it }) => [`${it.source} ${it.account} ${it.region}`, it]));
  const current = await Promise.all(
    [...places.values()].map(async (it) => [...(await index.current(it.source, it.account, it.region)).values()]),
  );
  return {
    size: await index.size(),
    bodies,
    evidence,
    observations: await Array.fromAsync(index.observations({})),
    current,
  };
}

/**
 * Observations whose digest is not that of the evidence as it stood at their time, as a reader with
 * the ledger alone would compute it.
 */
export async function brokenDigests({ index }: Pick<Store, 'index'>): Promise<ObservationRow[]> {
  const observations = await Array.fromAsync(index.observations({}));
  const broken: ObservationRow[] = [];
  for (const it of observations) {
    const { source, complete, resourceType, digest, population } = it.observation;
    const states = new Map<string, string>();
    for await (const { hash, evidence } of index.evidence({
      source,
      account: it.account,
      region: it.region,
      to: it.at,
    })) {
      if (evidence.change === 'absent') states.delete(evidence.subject);
      else states.set(evidence.subject, hash);
    }
    const held = [...states].filter(([subject]) => complete || subject === `population:${resourceType}`);
    if (held.length !== population || populationDigest(held) !== digest) broken.push(it);
  }
  return broken;
}
