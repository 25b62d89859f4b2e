import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { namespaceZod } from './namespace-zod.ts';
import { projectRoot } from './root.ts';
import { usedOfPkijs } from './used-of-pkijs.ts';

const FOLDER = 'src/pack/verify-page';
const PLATFORM = join(projectRoot, FOLDER, 'platform');

/** Bytes of the page, which every pack holds: a third of that once it is in a zip. With room to grow a little. */
const MAX_BYTES = 750_000;

/**
 * What stands in the place of Node in a browser. A name that a stand-in does not have fails the build, so
 * whoever uses more of Node in the verifier finds out here.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  crypto: 'crypto.ts',
  zlib: 'zlib.ts',
  fs: 'absent.ts',
  stream: 'absent.ts',
  util: 'absent.ts',
};

const platform: Plugin = {
  name: 'platform',
  setup(it) {
    it.onResolve({ filter: /^(node:)?(crypto|zlib|fs|stream|util)$/ }, ({ path }) => {
      return { path: join(PLATFORM, STAND_INS[path.replace('node:', '')] ?? '') };
    });
    // The verifier's own module for what Node and browsers do in different ways.
    it.onResolve({ filter: /^\.\/inflate\.ts$/ }, () => ({ path: join(PLATFORM, 'inflate.ts') }));
  },
};

/** The page as it stands in packs: one file, the same bytes for the same sources. */
export async function verifyPage(): Promise<string> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [`${FOLDER}/main.ts`],
    inject: [join(PLATFORM, 'bytes.ts')],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome123', 'firefox125', 'safari17.4'],
    mainFields: ['browser', 'module', 'main'],
    charset: 'ascii',
    legalComments: 'none',
    plugins: [platform, namespaceZod, usedOfPkijs],
    logLevel: 'warning',
  });
  const page = filled(part('template.html'), {
    csp: '{{csp}}',
    style: part('style.css').replace(/\n\s*/g, '\n').trim(),
    script: outputFiles[0]?.text.trim() ?? '',
    version: JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).version,
    licences: `<!--\n${licences(metafile).replaceAll('--', '- -')}-->`,
  });
  const size = Buffer.byteLength(page);
  if (size > MAX_BYTES) throw new Error(`verify.html has ${size} bytes, more than ${MAX_BYTES}`);
  return page;
}

const part = (name: string): string => readFileSync(join(projectRoot, FOLDER, name), 'utf8');

/** The template with its parts, and with a policy that names exactly its script and its style. */
function filled(template: string, { style = '', script = '', ...others }: Readonly<Record<string, string>>): string {
  // Either would end the script before its end, or let the parser look for another.
  if (/<\/script|<!--/i.test(script)) throw new Error('verify.html: the script holds what ends a script');
  const parts: Readonly<Record<string, string>> = { ...others, style, script, csp: policy(style, script) };
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? '');
}

function policy(style: string, script: string): string {
  const source = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `script-src ${source(script)}`,
    `style-src ${source(style)}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The licence of each library of which anything is in the page, as it comes with the library. */
function licences({ outputs }: Metafile): string {
  const used = Object.values(outputs).flatMap((it) =>
    Object.entries(it.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const packages = used.flatMap(
    ([path]) => /^(node_modules\/.*?)?node_modules\/((@[^/]+\/)?[^/]+)\//.exec(path)?.[0] ?? [],
  );
  return [...new Set(packages)].sort().map(licence).join('\n');
}

function licence(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(projectRoot, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(projectRoot, folder)).find((it) => /^licen[cs]e/i.test(it));
  if (file === undefined) throw new Error(`${name}: no licence to put into verify.html`);
  return `${name} ${version}\n\n${readFileSync(join(projectRoot, folder, file), 'utf8').trim()}\n`;
}
