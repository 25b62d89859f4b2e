import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proofsPath } from '../../src/pack/paths.ts';
import { type TarMember, tarMembers, tarOf } from '../../src/pack/tar.ts';
import { demoPacks, FRAMEWORKS, packOf, STORE } from './support/demo.ts';
import { pkeyutl } from './support/pkeyutl.ts';
import { readmeSteps } from './support/readme.ts';
import { type Ran, run, saidBy, scratch, TOOLS } from './support/run.ts';
import { verdictTable } from './support/verdicts.ts';

let folder: string;
const verdicts = verdictTable();
const path = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await scratch('strangers');
  await demoPacks();
}, 300_000);

afterAll(async () => {
  verdicts.print('What tools of others say of the packs and the ledger of the demonstration');
  await rm(folder, { recursive: true, force: true });
});

/** Writes a copy of a file with one byte changed; the middle of it where no place is given. */
async function flipped(from: string, to: string, at?: number): Promise<void> {
  const bytes = await readFile(from);
  const place = at ?? Math.floor(bytes.length / 2);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  await writeFile(to, bytes);
}

describe.each(FRAMEWORKS)('the report of %s', (framework) => {
  const pack = packOf(framework);
  const pdf = join(pack, 'data/report.pdf');

  it('brings all its fonts, says pdffonts', async () => {
    const { stdout, code } = await run('pdffonts', [pdf]);
    expect(code).toBe(0);
    const [, , ...fonts] = stdout.trimEnd().split('\n');
    expect(fonts.length).toBeGreaterThan(0);
    // The columns from the right: object and generation, unicode map, subset, embedded.
    for (const line of fonts) expect(line.split(/\s+/).slice(-5, -2), line).toEqual(['yes', 'yes', 'yes']);
    verdicts.add({
      tool: `pdffonts ${framework}`,
      verdict: `${fonts.length} fonts, all embedded`,
      altered: 'no: not its task',
    });
  });

  it('brings report.json, byte for byte, says pdfdetach', async () => {
    const list = await run('pdfdetach', ['-list', pdf]);
    expect(list.stdout).toMatch(/^1 embedded files\n1: report\.json\n/);
    const out = path(`${framework}-report.json`);
    await run('pdfdetach', ['-save', '1', '-o', out, pdf]);
    expect((await readFile(out)).equals(await readFile(join(pack, 'data/report.json')))).toBe(true);
    verdicts.add({
      tool: `pdfdetach ${framework}`,
      verdict: 'report.json, equal to data/report.json',
      altered: 'no: not its task',
    });
  });
});

describe('the pack of soc2-2017', () => {
  const pack = packOf('soc2-2017');
  const altered = (name: string): string => path(`altered-${name}`);

  /** A copy of the pack with one file of it changed. */
  async function packWith(name: string, change: (copy: string) => Promise<void>): Promise<string> {
    const copy = altered(name);
    await cp(pack, copy, { recursive: true });
    await change(copy);
    return copy;
  }
  const changing = (name: string, file: string, at?: number) =>
    packWith(name, (copy) => flipped(join(pack, file), join(copy, file), at));

  it('verifies with the commands of its README, typed as they stand there', async () => {
    const said = await sayings(pack);
    expect(said.map((it) => it.number)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { number, text, code } of said) {
      expect(text, `step ${number}`).toEqual(expectedOf(number));
      expect(code, `step ${number}`).toBe(0);
    }
    verdicts.add({ tool: 'README.txt, 6 steps in sh', verdict: 'as the README expects', altered: 'see below' });
  });

  /** Which step must notice a change of which file. */
  const NOTICED: readonly { file: string; number: number; at?: number }[] = [
    { file: 'data/evidence/bodies.jsonl', number: 1 },
    { file: 'data/trust/signing.pem', number: 2 },
    { file: 'data/report.pdf', number: 3 },
    { file: 'data/report.json', number: 4 },
    // In the name of the ledger: what follows the signature is not signed.
    { file: 'data/proofs/checkpoint', number: 5, at: 3 },
  ];

  it.each(NOTICED)('is refused by step $number of its README where $file was changed', async ({ file, number, at }) => {
    const copy = await changing(`readme-${number}`, file, at);
    const step = (await sayings(copy)).find((it) => it.number === number);
    const isRefused = step?.code !== 0 || !matchesExpected(number, step.text);
    expect(isRefused, step?.text).toBe(true);
    verdicts.add({ tool: `README.txt step ${number}`, verdict: 'as expected', altered: `yes: ${file}` });
  });

  it('is refused by step 6 of its README where the first proof is of something else', async () => {
    const copy = await packWith('readme-6', async (to) => {
      const [first, second, ...more] = await proofsOf(pack);
      if (!first || !second) throw new RangeError('the pack has no two proofs');
      const text = Buffer.from(second.bytes).toString('utf8');
      const other = { ...first, bytes: Buffer.from(text.replace(/^index \d+$/m, 'index 0')) };
      await writeFile(join(to, proofsPath(0)), tarOf([other, second, ...more]));
    });
    const step = (await sayings(copy)).find((it) => it.number === 6);
    expect(step?.text).not.toContain('in the ledger');
    verdicts.add({ tool: 'README.txt step 6', verdict: 'as expected', altered: 'yes: a proof' });
  });

  it('has a checkpoint of the key, says openssl', async () => {
    const verify = (file: string): Promise<Ran> => pkeyutl(file, join(pack, 'data/trust/checkpoint.vkey'), folder);
    const checkpoint = join(pack, 'data/proofs/checkpoint');
    const ran = await verify(checkpoint);
    expect(ran).toMatchObject({ code: 0 });
    expect(saidBy(ran)).toContain('Signature Verified Successfully');
    const changed = path('checkpoint');
    // In the root hash, so that the lines stay lines.
    await flipped(checkpoint, changed, (await readFile(checkpoint)).indexOf('\n') + 8);
    expect(saidBy(await verify(changed))).toContain('Verification Failure');
    verdicts.add({ tool: 'openssl pkeyutl', verdict: 'Signature Verified Successfully', altered: 'yes' });
  });
});

/** The proofs of the first thousand ledger entries. */
const proofsOf = async (pack: string): Promise<TarMember[]> => [
  ...tarMembers(await readFile(join(pack, proofsPath(0)))),
];

async function countProofs(pack: string): Promise<number> {
  const tars = (await readdir(join(pack, 'data/proofs'))).filter((it) => it.endsWith('.tar'));
  const members = tars.map(async (it) => [...tarMembers(await readFile(join(pack, 'data/proofs', it)))].length);
  return (await Promise.all(members)).reduce((sum, it) => sum + it, 0);
}

interface Saying {
  readonly number: number;
  readonly text: string;
  readonly code: number | null;
}

/** Runs every step of a pack's README in a shell of its own, in the pack's folder. */
async function sayings(pack: string): Promise<Saying[]> {
  const said: Saying[] = [];
  for (const { number, commands } of await readmeSteps(pack)) {
    const ran = await run('sh', ['-c', commands], { cwd: pack });
    said.push({ number, text: saidBy(ran), code: ran.code });
  }
  return said;
}

/** What the README tells the reader to expect of each step. */
const EXPECTED: Readonly<Record<number, RegExp>> = {
  1: /^$/,
  2: /^data\/trust\/signing\.pem: OK\nsha256 Fingerprint=([0-9A-F]{2}:){31}[0-9A-F]{2}\n$/i,
  3: /Total document signed[\s\S]*Signature is Valid\./,
  4: /^Verified OK\n$/,
  5: /^Signature Verified Successfully\n$/,
  6: /^in the ledger: \d+\.tlog-proof\nbody found\n$/,
};
const expectedOf = (step: number) => expect.stringMatching(EXPECTED[step] ?? /no such step/);
const matchesExpected = (step: number, text: string): boolean => EXPECTED[step]?.test(text) ?? false;

describe("Go's sumdb/note and tlog", () => {
  const pack = packOf('soc2-2017');
  const keys = join(STORE, 'trust/checkpoint.vkey');
  const log = (root: string, proofs = join(pack, 'data/proofs')) => run(TOOLS.tlog, [root, keys, proofs]);

  it('accept the ledger of the store and every proof of every pack', async () => {
    for (const framework of FRAMEWORKS) {
      const ran = await log(STORE, join(packOf(framework), 'data/proofs'));
      expect(ran, saidBy(ran)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ok size=\d+\n$/) });
      const count = await countProofs(packOf(framework));
      verdicts.add({
        tool: `Go x/mod ${framework}`,
        verdict: `${saidBy(ran).trim()}, ${count} proofs`,
        altered: 'see below',
      });
    }
  });

  /** The part of the store that is the log. */
  async function logCopy(name: string): Promise<string> {
    const copy = path(`log-${name}`);
    await mkdir(copy);
    for (const part of ['checkpoint', 'checkpoints', 'tile'])
      await cp(join(STORE, part), join(copy, part), { recursive: true });
    return copy;
  }

  it.each(['level 0 tile', 'level 1 tile', 'entry bundle', 'checkpoint', 'older checkpoint'])(
    'refuse one changed byte in: %s',
    async (what) => {
      const copy = await logCopy(what.replaceAll(' ', '-'));
      const file = join(copy, await objectOf(what, copy));
      await flipped(file, file, what.includes('checkpoint') ? 40 : undefined);
      const ran = await log(copy);
      expect(ran, saidBy(ran)).toMatchObject({ code: 1 });
      verdicts.add({ tool: 'Go x/mod', verdict: 'ok', altered: `yes, ${what}: ${saidBy(ran).trim().slice(-70)}` });
    },
  );

  it('refuse a proof with one changed byte', async () => {
    const proofs = path('proofs');
    await mkdir(proofs);
    const [first] = await proofsOf(pack);
    const text = Buffer.from(first?.bytes ?? []).toString('utf8');
    const place = text.indexOf('\n', text.indexOf('\nindex ') + 1) + 5;
    const letter = text[place] === 'A' ? 'B' : 'A';
    const bytes = Buffer.from(text.slice(0, place) + letter + text.slice(place + 1));
    await writeFile(join(proofs, '00000000.tar'), tarOf([{ name: first?.name ?? '', bytes }]));
    expect(await log(STORE, proofs)).toMatchObject({ code: 1 });
    verdicts.add({ tool: 'Go x/mod', verdict: 'ok', altered: 'yes, .tlog-proof' });
  });
});

/** Path of an object of that kind which the newest tree rests on. */
async function objectOf(what: string, root: string): Promise<string> {
  if (what === 'checkpoint') return 'checkpoint';
  if (what === 'older checkpoint') {
    const [first = ''] = (await readdir(join(root, 'checkpoints'))).sort();
    return `checkpoints/${first}`;
  }
  const size = Number((await readFile(join(root, 'checkpoint'), 'utf8')).split('\n')[1]);
  // The widest partial tile, or the first full one.
  if (what === 'level 1 tile') return `tile/1/000.p/${Math.floor(size / 256)}`;
  return what === 'entry bundle' ? 'tile/entries/000' : 'tile/0/000';
}
