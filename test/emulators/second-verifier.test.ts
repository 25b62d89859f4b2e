import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyFileSigner } from '../../src/adapters/local/key-file.ts';
import { sha256Hex } from '../../src/ledger/canonical.ts';
import { verifierKeyOf } from '../../src/ledger/note.ts';
import type { Report } from '../../src/model/report.ts';
import { PATHS } from '../../src/pack/paths.ts';
import { signPdf } from '../../src/pack/sign/pdf.ts';
import { collect } from '../../src/pack/sink.ts';
import { memoryFiles } from '../../src/pack/verify/source.ts';
import { verifyPack } from '../../src/pack/verify/verify.ts';
import { verifyPackAt } from '../../src/pack/verify/verify-at.ts';
import { evidenceItem } from '../../src/report/evidence-item.ts';
import { reportJson } from '../../src/report/formats/report-json.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { proofsIn } from '../pack/fixture.ts';
import { documentKeys, ed25519Signer } from '../pack/keys.ts';
import { type Files, remanifested, resealed, textOf, withFiles } from '../pack/pack.ts';
import { unsignedPdf } from '../pack/sample-pdf.ts';
import { PYTHON } from './judges/judge.ts';
import { type Change, randomChange, seeded } from './support/changes.ts';
import { ROOT, run, scratch } from './support/run.ts';
import { filesBelow, type SmallStore, smallStore } from './support/small-store.ts';

/** Random changes of each of: as they are, with the lists written again, with everything signed again. */
const CHANGES = 30;
const SECOND = join(ROOT, 'test/oracles/second/verify.py');

let folder: string;
let made: SmallStore;
let files: Files;
beforeAll(async () => {
  folder = await scratch('second');
  made = await smallStore(folder);
  files = await filesBelow(made.pack);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Verdict {
  readonly ok: boolean;
  readonly steps: readonly { readonly code: string; readonly ok: boolean; readonly findings: readonly string[] }[];
}

const trusted = () => [
  '--key',
  join(made.store, PATHS.verifierKeys.slice(5)),
  '--root',
  join(made.store, PATHS.root.slice(5)),
];

/** What the second verifier says of packs, in one process. */
async function secondOf(paths: readonly string[], options: readonly string[] = trusted()): Promise<Verdict[]> {
  const { stdout, stderr, code } = await run(PYTHON, [SECOND, 'pack', ...paths, ...options, '--json']);
  if (code !== 0 && code !== 1) throw new Error(`the second verifier ended with ${code}: ${stderr}`);
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict);
}

async function written(packs: readonly Files[]): Promise<string[]> {
  const below = await mkdtemp(join(folder, 'altered-'));
  return Promise.all(
    packs.map(async (pack, at) => {
      const to = join(below, String(at));
      for (const [path, bytes] of pack) {
        await mkdir(dirname(join(to, path)), { recursive: true });
        await writeFile(join(to, path), bytes);
      }
      return to;
    }),
  );
}

interface Compared {
  readonly name: string;
  readonly ours: boolean;
  readonly second: boolean;
  readonly said: string;
}

/** Both verdicts on each pack. */
async function compared(packs: readonly (readonly [name: string, files: Files])[]): Promise<Compared[]> {
  const paths = await written(packs.map(([, pack]) => pack));
  const verdicts = await secondOf(paths, []);
  const results: Compared[] = [];
  for (const [at, [name, pack]] of packs.entries()) {
    const { ok } = await verifyPack(memoryFiles(pack));
    const said = verdicts[at]?.steps.flatMap((it) => it.findings).join('; ') ?? 'nothing';
    results.push({ name, ours: ok, second: verdicts[at]?.ok ?? false, said: said.slice(0, 300) });
  }
  await rm(dirname(paths[0] ?? ''), { recursive: true, force: true });
  return results;
}

const failedSteps = ({ steps }: Verdict): string[] => steps.filter((it) => !it.ok).map((it) => it.code);

describe('the second verifier', () => {
  it('passes every test vector', async () => {
    const { stdout, code } = await run(PYTHON, [SECOND, 'vectors', join(ROOT, 'docs/vectors'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, wrong: [] });
    expect(code).toBe(0);
  });

  it('accepts a pack as a folder and as a zip, with the keys and the checkpoint of an earlier report', async () => {
    const since = ['--since', join(folder, 'first', PATHS.checkpoint)];
    for (const verdict of await secondOf([made.pack, `${made.pack}.zip`], [...trusted(), ...since]))
      expect(verdict.steps.filter((it) => !it.ok)).toEqual([]);
  });

  it('refuses a pack by the keys of another', async () => {
    const [key, root] = [join(folder, 'other.vkey'), join(folder, 'other.pem')];
    const { vkey } = verifierKeyOf('other.example/log', await ed25519Signer().publicKey());
    await writeFile(key, `${vkey}\n`);
    await writeFile(root, (await documentKeys()).rootPem);
    const [verdict] = await secondOf([made.pack], ['--key', key, '--root', root]);
    expect(verdict && failedSteps(verdict)).toEqual(['certificate-chain', 'checkpoint']);
  });

  it('refuses a zip with bytes that belong to no file, and a folder with a link, unread as we do', async () => {
    const zip = join(folder, 'longer.zip');
    const bytes = [...(await filesBelow(folder))].find(([path]) => path === 'pack.zip')?.[1] ?? new Uint8Array();
    await writeFile(zip, Buffer.concat([Buffer.from('x'), bytes]));
    const linked = join(folder, 'linked');
    await cp(made.pack, linked, { recursive: true });
    await run('ln', ['-s', 'README.txt', join(linked, 'link.txt')]);
    for (const verdict of await secondOf([zip, linked])) expect(failedSteps(verdict)).toEqual(['source']);
    for (const path of [zip, linked]) expect(await verifyPackAt(path)).toMatchObject({ ok: false });
  });
});

/** What somebody can do after a change: nothing, write the lists again, sign everything again. */
const COVERED: readonly (readonly [name: string, cover: (changed: Files) => Promise<Files>])[] = [
  ['as they are', async (changed) => changed],
  ['with the lists written again', async (changed) => remanifested(changed)],
  ['with everything signed again', sealedAgain],
];

async function sealedAgain(changed: Files): Promise<Files> {
  return resealed(changed, await keyFileSigner(join(made.store, 'keys/document.pem')));
}

/**
 * Files that the second verifier knows by their signed hash alone, because it does not render them again. Only
 * whoever has the document key can change them so that it does not notice.
 */
const RENDERINGS =
  /^data\/((controls|exceptions|failing|not-collected|runs|samples|sources|data-dictionary)\.csv|oscal-assessment-results\.json|ocsf-findings\.jsonl)$/;

describe.each(COVERED)('random changes, %s,', (cover, covering) => {
  it('are refused by the second verifier wherever we refuse them', async () => {
    const random = seeded(COVERED.findIndex(([name]) => name === cover) + 11);
    const packs: [string, Files][] = [];
    const changes: Change[] = [];
    while (packs.length < CHANGES) {
      const change = randomChange(files, random);
      // A statement that was changed or taken away cannot be signed again as it was.
      const covered = await covering(change.files).catch(() => undefined);
      if (covered === undefined) continue;
      changes.push(change);
      packs.push([`${change.kind} ${change.paths.join(' and ')}`, covered]);
    }
    const results = await compared(packs);
    const isRendering = (at: number): boolean => changes[at]?.paths.every((it) => RENDERINGS.test(it)) ?? false;
    const missed = results.filter((it, at) => !it.ours && it.second && !isRendering(at));
    expect(missed).toEqual([]);
    const stricter = results.filter((it) => it.ours && !it.second);
    expect(stricter).toEqual([]);
    console.log(
      `${CHANGES} changes ${cover}: ${results.filter((it) => !it.ours).length} refused by us, ${results.filter((it) => !it.second).length} by the second verifier`,
    );
  });
});

const jsonOf = (pack: Files, path: string) => JSON.parse(textOf(pack, path));
const lines = (): string[] => textOf(files, PATHS.bodies).split('\n').slice(0, -1);
const joined = (changed: readonly string[]): string => changed.map((it) => `${it}\n`).join('');

/** A pack of another report: PDF and tables are made and signed again, so that only what the report says can be wrong. */
async function withReport(change: (report: Report) => void): Promise<Files> {
  const report = jsonOf(files, PATHS.json) as Report;
  change(report);
  const json = reportJson(report);
  const signer = await keyFileSigner(join(made.store, 'keys/document.pem'));
  const certificates = [textOf(files, PATHS.signing), textOf(files, PATHS.root)];
  const pdf = await collect(signPdf(await unsignedPdf(json), { signer, certificates }));
  const indices = [...proofsIn(files).keys()].map((it) => Number.parseInt(it, 10));
  const items = lines().flatMap((line, at) => {
    const evidence = JSON.parse(line);
    return evidence.kind === 'evidence'
      ? [evidenceItem({ index: indices[at] ?? 0, hash: sha256Hex(line), evidence })]
      : [];
  });
  const changed: Record<string, Uint8Array> = { [PATHS.pdf]: pdf };
  for (const format of FORMATS.values()) changed[`data/${format.name}`] = await collect(format.render(report, items));
  return sealedAgain(withFiles(files, changed));
}

const source = (report: Report) => report.controls[0]?.sources[0] ?? expect.fail('no source');
const item = (report: Report) => report.samples[0]?.items[0] ?? expect.fail('no sample');

/** What somebody with the document key could try: each signed again, so that only the content is wrong. */
const FORGERIES: Readonly<Record<string, () => Promise<Files>>> = {
  'evidence with another outcome': () =>
    sealedAgain(withFiles(files, { [PATHS.bodies]: joined(lines()).replace('"non_compliant"', '"compliant"') })),
  'a body left out': () => sealedAgain(withFiles(files, { [PATHS.bodies]: joined(lines().slice(1)) })),
  'a body twice': () => sealedAgain(withFiles(files, { [PATHS.bodies]: joined([lines()[0] ?? '', ...lines()]) })),
  'bodies in another order': () => sealedAgain(withFiles(files, { [PATHS.bodies]: joined(lines().toReversed()) })),
  'a body with a blank': () => sealedAgain(withFiles(files, { [PATHS.bodies]: ` ${joined(lines())}` })),
  'a number of verdicts': () => withReport((it) => Object.assign(it.summary.verdicts, { met: 1 })),
  'a digest of nothing': () =>
    withReport((it) => Object.assign(source(it).digests, { '111122223333/eu-west-1': '0'.repeat(64) })),
  'observed days': () => withReport((it) => Object.assign(source(it), { observedDays: 1 })),
  'a sample left out': () => withReport((it) => void it.samples.shift()),
  'a sample with another reason': () => withReport((it) => Object.assign(item(it), { reason: 'all is well' })),
  'a sample without its calls': () => withReport((it) => Object.assign(item(it), { calls: [] })),
  'a change that was none': () => withReport((it) => Object.assign(it.previous ?? {}, { unchanged: 9 })),
  'counts of a source': () =>
    withReport((it) => Object.assign(source(it), { counts: { ...source(it).counts, compliant: 99 } })),
  'a failure that began later': () =>
    withReport((it) => Object.assign(source(it).failing[0] ?? {}, { from: '2026-09-30T02:00:00.000Z' })),
  'days of a source': () =>
    withReport((it) => Object.assign(source(it), { days: source(it).days.replaceAll('f', 'c') })),
  'another threshold than was pinned': () => withReport((it) => Object.assign(it, { coverageThreshold: 0.5 })),
};

/** What only ours notices: each rendering, changed by whoever has the document key. */
const ONLY_OURS = () => [...files.keys()].filter((it) => RENDERINGS.test(it));

describe('forgeries with the document key', () => {
  const made = (forgeries: Readonly<Record<string, () => Promise<Files>>>) =>
    Promise.all(Object.entries(forgeries).map(async ([name, forge]) => [name, await forge()] as const));
  const verdicts = (results: readonly Compared[]) => results.map(({ name, ours, second }) => ({ name, ours, second }));

  it('are not what a pack is that was made again and says the same', async () => {
    expect(verdicts(await compared([['the same', await withReport(() => {})]]))).toEqual([
      { name: 'the same', ours: true, second: true },
    ]);
  });

  it('are refused by both', async () => {
    expect((await compared(await made(FORGERIES))).filter((it) => it.ours || it.second)).toEqual([]);
  });

  it('are noticed by ours alone where they are of renderings', async () => {
    const renderings = ONLY_OURS();
    expect(renderings).toHaveLength(10);
    const packs = renderings.map(
      async (path) => [path, await sealedAgain(withFiles(files, { [path]: `${textOf(files, path)}x` }))] as const,
    );
    expect((await compared(await Promise.all(packs))).filter((it) => it.ours || !it.second)).toEqual([]);
  });
});
