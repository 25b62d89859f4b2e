import { createHash } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../src/pack/sink.ts';
import type { VerifyResult } from '../../src/pack/verify/types.ts';
import { verifyPackAt } from '../../src/pack/verify/verify-at.ts';
import { verifyPage } from '../../src/pack/verify-page/page.ts';
import { zipFiles } from '../../src/pack/zip.ts';
import { type Built, builtPack, type Files, remanifested, resealed, textOf, withFiles } from '../pack/pack.ts';
import { ALTERATIONS } from './judges/alterations.ts';
import { scratch, witnessmarkJson } from './support/run.ts';
import { filesBelow, type SmallStore, smallStore } from './support/small-store.ts';

/** Debian's; scripts/emulators.sh installs it. */
const CHROMIUM = '/usr/bin/chromium';

let browser: Browser;
let folder: string;
let page: Page;
let store: SmallStore;
let built: Built;
/** What the page asked for, and what it complained of. */
const asked: string[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  folder = await scratch('verify-page');
  await writeFile(join(folder, 'verify.html'), verifyPage());
  [built, store] = [await builtPack(), await smallStore(folder)];
  browser = await chromium.launch({ executablePath: CHROMIUM, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  page = await browser.newPage();
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(join(folder, 'verify.html')).href);
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Given {
  readonly key?: string;
  readonly root?: string;
  readonly since?: string;
}

interface Shown {
  /** `trusted`, `untrusted`, `refused` or `unknown`. */
  readonly verdict: string;
  readonly result: VerifyResult;
}

/** Hands a file to the page and waits for what it says. */
async function onPage(zip: Uint8Array, given: Given = {}, name = 'pack.zip'): Promise<Shown> {
  await page.locator('details.given').evaluate((it: { open?: boolean }) => {
    it.open = true;
  });
  for (const field of ['key', 'root', 'since'] as const) await page.fill(`#${field}`, given[field] ?? '');
  await page.locator('#verdict').evaluate((it: { replaceChildren?(): void }) => it.replaceChildren?.());
  await page.setInputFiles('#pack', { name, mimeType: 'application/zip', buffer: Buffer.from(zip) });
  const verdict = await page.waitForSelector('[data-verdict]');
  const said = (await verdict.getAttribute('data-verdict')) ?? '';
  return { verdict: said, result: await savedResult() };
}

/** The result that the page offers to save: a reader's way, as the page lets nobody fetch. */
async function savedResult(): Promise<VerifyResult> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

async function zipped(files: Files): Promise<Buffer> {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(
    await collect(
      zipFiles(
        'pack',
        sorted.map(([path, content]) => ({ path, content })),
      ),
    ),
  );
}

/** What the command line says of the same zip, without the time that a process takes to start. */
async function onCommandLine(zip: Uint8Array): Promise<VerifyResult> {
  const path = join(folder, 'pack.zip');
  await writeFile(path, zip);
  return await verifyPackAt(path);
}

/** Everything but the words for where the file was. */
const findingsOf = ({ steps }: VerifyResult): unknown =>
  steps.map(({ code, ok, findings }) => ({
    code,
    ok,
    findings: code === 'source' ? findings.length : findings.map(({ file, line }) => ({ file, line })),
  }));

async function expectSame(zip: Uint8Array): Promise<Shown> {
  const [shown, told] = [await onPage(zip), await onCommandLine(zip)];
  expect(findingsOf(shown.result)).toEqual(findingsOf(told));
  return shown;
}

describe('a good pack', () => {
  it('is consistent, and tied to nobody until a key from elsewhere is given', async () => {
    const { verdict, result } = await expectSame(await zipped(built.files));
    expect(verdict).toBe('untrusted');
    expect(result.warnings).toHaveLength(2);
    expect(await page.locator('.step.passed').count()).toBe(result.steps.length);
    expect(await page.locator('#details').textContent()).toContain(built.request.report.ledger.root);
  });

  it('is verified with the key and the root from elsewhere', async () => {
    const given = { key: `${built.vkey}\n`, root: built.keys.rootPem, since: await built.checkpoint(9) };
    expect(await onPage(await zipped(built.files), given)).toMatchObject({ verdict: 'trusted', result: { ok: true } });
  });

  it('of the software itself holds the page, and passes', async () => {
    const files = await filesBelow(store.pack);
    expect(Buffer.from(files.get('verify.html') ?? []).equals(Buffer.from(verifyPage()))).toBe(true);
    expect((await expectSame(await zipped(files))).verdict).toBe('untrusted');
  });
});

describe('a pack that is refused', () => {
  it('with a key, a root or a checkpoint of somebody else', async () => {
    const [zip, other] = [await zipped(built.files), await builtPack()];
    const failing = async (given: Given): Promise<string[]> =>
      (await onPage(zip, given)).result.steps.filter((it) => !it.ok).map((it) => it.code);
    expect(await failing({ key: other.vkey })).toEqual(['checkpoint']);
    expect(await failing({ root: other.keys.rootPem })).toEqual(['certificate-chain']);
    expect(await failing({ root: 'no certificate' })).toEqual(['certificate-chain']);
    expect(await failing({ since: await built.forkedCheckpoint(9) })).toEqual(['consistency']);
  });

  it.each(ALTERATIONS)('$name: with the codes, files and lines of the command line', async ({ apply }) => {
    const copy = join(folder, 'copy');
    await rm(copy, { recursive: true, force: true });
    await cp(store.pack, copy, { recursive: true });
    await apply(copy);
    expect((await expectSame(await zipped(await filesBelow(copy)))).verdict).toBe('refused');
  });

  it('whose insides somebody with the document key changed', async () => {
    const bodies = textOf(built.files, 'data/evidence/bodies.jsonl');
    const changed = withFiles(built.files, {
      'data/evidence/bodies.jsonl': bodies.replace('non_compliant', 'compliant'),
    });
    expect((await expectSame(await zipped(await resealed(changed, built.keys.document)))).verdict).toBe('refused');
  });

  it('unread: no zip, an empty file, a cut one, a bomb, a way out, a link', async () => {
    const good = await zipped(built.files);
    const link = zipSync({ 'pack/link': [Buffer.from('/etc/passwd'), { os: 3, attrs: 0o120777 * 65_536 }] });
    const sources = {
      'no zip': Buffer.from('not a zip at all, however long it may be'),
      empty: Buffer.alloc(0),
      cut: good.subarray(0, good.length - 1000),
      stuffed: Buffer.concat([Buffer.from('MZ'), good]),
      bomb: zipSync({ 'pack/zeros': new Uint8Array(3 * 1024 * 1024) }),
      out: zipSync({ 'pack/../../evil': Buffer.from('x') }),
      link,
    };
    for (const [name, zip] of Object.entries(sources)) {
      const { verdict, result } = await expectSame(zip);
      expect({ name, verdict, codes: result.steps.map((it) => it.code) }).toEqual({
        name,
        verdict: 'refused',
        codes: ['source'],
      });
    }
  });

  it('and names out of it are text, whatever they hold', async () => {
    const evil = '<img src=x onerror="document.title=1">\u202Egpj.exe';
    const files = remanifested(withFiles(built.files, { [`data/${evil}`]: 'x' }));
    // The zip of a pack cannot be written with such a name; other tools write it.
    const { verdict } = await expectSame(zipSync(Object.fromEntries(files)));
    expect(verdict).toBe('refused');
    expect(await page.locator('#details img').count()).toBe(0);
    const text = await page.locator('#details').textContent();
    expect(text).toContain('<img src=x onerror=');
    expect(text).toContain('\\u{202E}gpj.exe');
    expect(await page.title()).toBe('Witnessmark: verify a pack');
  });
});

describe('the page', () => {
  it('is what `witnessmark page` writes, once', async () => {
    const path = join(folder, 'elsewhere.html');
    const [told] = await witnessmarkJson(['page', path]);
    const sha256 = createHash('sha256').update(verifyPage()).digest('hex');
    expect(told).toEqual({ file: path, sha256, size: verifyPage().length });
    expect((await readFile(path)).equals(Buffer.from(verifyPage()))).toBe(true);
    await expect(witnessmarkJson(['page', path])).rejects.toThrow('usage-unwritable');
  });

  it('asks for nothing but itself and its own worker', () => {
    expect(asked.filter((it) => !it.startsWith('blob:'))).toEqual([pathToFileURL(join(folder, 'verify.html')).href]);
  });

  it('has complained of nothing so far', () => expect(complaints).toEqual([]));

  it('is under a policy that names its script and its style and allows no connection', async () => {
    const html = Buffer.from(verifyPage()).toString('utf8');
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    const sourceOf = (tag: string): string => {
      const [, text = ''] = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html) ?? [];
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${sourceOf('script')}`,
      `style-src ${sourceOf('style')}`,
      'worker-src blob:',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(await page.evaluate(`fetch('https://example.com/').then(() => 'sent', () => 'not sent')`)).toBe('not sent');
    const ran = `new Promise((done) => {
      const it = document.createElement('script'); it.textContent = 'globalThis.ran = 1';
      document.body.append(it); setTimeout(() => done(globalThis.ran ?? 0), 50); })`;
    expect(await page.evaluate(ran)).toBe(0);
  });

  it('has a label for each field, one main heading, and no element that a keyboard cannot reach', async () => {
    const unlabelled = `[...document.querySelectorAll('input, textarea, select, progress')]
      .filter((it) => it.labels?.length !== 1 && !it.getAttribute('aria-labelledby')).map((it) => it.id)`;
    expect(await page.evaluate(unlabelled)).toEqual([]);
    expect(await page.locator('h1').count()).toBe(1);
    const scrolled = `[...document.querySelectorAll('.scroll, pre')].every((it) => it.tabIndex === 0)`;
    expect(await page.evaluate(scrolled)).toBe(true);
  });

  it('does not scroll sideways on a narrow screen', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth <= 320')).toBe(true);
  });
});
