import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderNotaryState } from '../../src/adapters/local/notary-state.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { memoryFiles } from '../../src/pack/verify/source.ts';
import { verifyPack } from '../../src/pack/verify/verify.ts';
import { type Change, KINDS, type Kind, randomChange, seeded } from './support/changes.ts';
import { scratch } from './support/run.ts';
import { filesBelow, type SmallStore, smallStore } from './support/small-store.ts';

/** Of the pack, and of the store: 1,000 together. */
const CHANGES = 500;

/** The objects that make the ledger; the index and the keys beside them are not of it. */
const LEDGER = /^(batch|tile|checkpoints|evidence|retrievals|trust)\/|^checkpoint$/;

let folder: string;
let made: SmallStore;
beforeAll(async () => {
  folder = await scratch('tamper');
  made = await smallStore(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Refusal {
  readonly ok: boolean;
  /** Files that a finding names. */
  readonly named: ReadonlySet<string>;
  readonly messages: readonly string[];
}

type Judge = (files: Map<string, Uint8Array>) => Promise<Refusal>;

/** Nothing lists the last list: a change of it shows as a disagreement with a file that it lists, or does not. */
const isList = (path: string): boolean => path === 'tagmanifest-sha256.txt';

/** Makes the changes one at a time; gives what was not refused, or was refused without a name of a changed file. */
async function tampered(files: Map<string, Uint8Array>, judge: Judge, seed: number) {
  const random = seeded(seed);
  const counts = Object.fromEntries(KINDS.map((it) => [it, 0])) as Record<Kind, number>;
  const accepted: string[] = [];
  const unnamed: string[] = [];
  for (let made = 0; made < CHANGES; made++) {
    const change = randomChange(files, random);
    const { ok, named, messages } = await judge(change.files);
    counts[change.kind] += 1;
    const what = describeChange(change);
    if (ok) accepted.push(what);
    else if (!change.paths.some((it) => named.has(it) || isList(it)))
      unnamed.push(`${what}: ${messages.slice(0, 3).join('; ')}`);
  }
  return { counts, accepted, unnamed };
}

const describeChange = ({ kind, paths }: Change): string => `${kind} ${paths.join(' and ')}`;

function print(what: string, files: number, counts: Record<Kind, number>): void {
  const list = Object.entries(counts).map(([kind, count]) => `${count} × ${kind}`);
  console.log(`${CHANGES} changes of ${what} (${files} files): ${list.join(', ')}; all refused and named`);
}

describe('a thousand random changes', () => {
  it('of a pack are all refused, and the changed file is named', async () => {
    const files = await filesBelow(made.pack);
    const judge: Judge = async (changed) => {
      const { ok, steps } = await verifyPack(memoryFiles(changed));
      const findings = steps.flatMap((it) => it.findings);
      return {
        ok,
        named: new Set(findings.map((it) => it.file)),
        messages: findings.map((it) => `${it.file}: ${it.message}`),
      };
    };
    expect(await judge(files)).toMatchObject({ ok: true });
    const { counts, accepted, unnamed } = await tampered(files, judge, 1);
    expect({ accepted, unnamed }).toEqual({ accepted: [], unnamed: [] });
    print('a pack', files.size, counts);
  });

  it('of the ledger of a store are all refused, and the changed object is named', async () => {
    const all = await filesBelow(made.store);
    const files = new Map([...all].filter(([path]) => LEDGER.test(path)));
    const notaryState = folderNotaryState(join(made.store, 'notary'));
    const text = Buffer.from(files.get('trust/checkpoint.vkey') ?? []).toString('utf8');
    const verifierKeys = text.split('\n').filter((it) => it !== '');
    const judge: Judge = async (changed) => {
      const objects = memoryObjects({ files: changed });
      const { ok, findings } = await auditLedger({ objects, verifierKeys, notaryState });
      return {
        ok,
        named: new Set(findings.map((it) => it.object)),
        messages: findings.map((it) => `${it.object}: ${it.message}`),
      };
    };
    expect(await judge(files)).toMatchObject({ ok: true, messages: [] });
    const { counts, accepted, unnamed } = await tampered(files, judge, 2);
    expect({ accepted, unnamed }).toEqual({ accepted: [], unnamed: [] });
    print('a ledger', files.size, counts);
  });
});
