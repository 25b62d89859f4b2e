import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * The whole path on one machine: plays a recorded organisation, seals the evidence, assesses three
 * frameworks, writes their packs and verifies them. Runs the same commands that a user would.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const STORE = 'demo-out/store';
const INTERIM = 'demo-out/interim/soc2-2017';
const PERIOD = ['--from', '2026-10-01', '--to', '2026-10-31'];
const FRAMEWORKS = ['soc2-2017', 'hipaa-security-rule', 'pci-dss-4.0.1'];
/** Done and good, or done with things that could not be collected: the demo has some of those on purpose. */
const FINE = [0, 3];

const bold = (text: string): string => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);

function heading(number: number, text: string): void {
  console.log(`\n${bold(`${number}. ${text}`)}`);
}

function witnessmark(...args: string[]): void {
  console.log(`   $ npx witnessmark ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, ['bin/witnessmark.mjs', ...args], { cwd: root, stdio: 'inherit' });
  if (status === null || !FINE.includes(status))
    throw new Error(`witnessmark ${args[0]} ended with exit code ${status}`);
}

/** Runs several commands side by side and prints each whole, in this order. */
async function sideBySide(...commands: string[][]): Promise<void> {
  const results = await Promise.all(commands.map(captured));
  for (const [index, { status, output }] of results.entries()) {
    console.log(`   $ npx witnessmark ${commands[index]?.join(' ')}`);
    process.stdout.write(output);
    if (status === null || !FINE.includes(status)) throw new Error(`it ended with exit code ${status}`);
  }
}

function captured(args: readonly string[]): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['bin/witnessmark.mjs', ...args], { cwd: root });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    child.on('close', (status) => resolve({ status, output }));
  });
}

async function summary(framework: string): Promise<string> {
  const report = JSON.parse(await readFile(`${root}/demo-out/packs/${framework}/data/report.json`, 'utf8'));
  const verdicts = Object.entries<number>(report.summary.verdicts).filter(([, n]) => n > 0);
  return `${framework.padEnd(20)} ${verdicts.map(([verdict, n]) => `${n} ${verdict.replaceAll('_', ' ')}`).join(', ')}`;
}

const started = performance.now();
rmSync(`${root}/demo-out`, { recursive: true, force: true });
if (!existsSync(`${root}/demo/recording/recording.json`))
  throw new Error('demo/recording is missing from this checkout');

heading(1, 'A store: keys, certificates, an empty ledger');
witnessmark('init', '--store', STORE, '--organisation', 'Example Health', '--quiet');

heading(2, 'Six weeks of a recorded organisation: two accounts, two regions, one run a day');
witnessmark('collect', '--from', 'demo/recording', '--store', STORE);

heading(3, 'CloudTrail log files as AWS delivers them');
witnessmark('ingest', 'cloudtrail', 'demo/recording/trail', '--store', STORE);

heading(4, 'An interim report of the first half of October, then three of the whole month, each a signed pack');
const told = ['--statements', 'demo/statements.yaml', '--store', STORE, '--quiet'];
const FIRST_HALF = ['--from', '2026-10-01', '--to', '2026-10-15'];
witnessmark('report', '--framework', 'soc2-2017', ...FIRST_HALF, '--out', INTERIM, ...told);
for (const framework of FRAMEWORKS) {
  const out = ['--out', `demo-out/packs/${framework}`];
  witnessmark('report', '--framework', framework, ...PERIOD, ...out, ...told, '--statements', 'demo/reviews.yaml');
}

heading(5, 'What changed between the two reports on SOC 2');
witnessmark('report', 'diff', INTERIM, 'demo-out/packs/soc2-2017');

heading(6, 'Does it hold? The ledger is derived again; the packs are verified offline, with keys from the store');
const keys = ['--key', `${STORE}/trust/checkpoint.vkey`, '--root', `${STORE}/trust/root.pem`];
await sideBySide(
  ['audit', '--store', STORE, '--quiet'],
  ...FRAMEWORKS.map((framework) => ['verify', `demo-out/packs/${framework}`, ...keys]),
);

console.log(`\n${bold('Done')} in ${Math.round((performance.now() - started) / 1000)} s. Now look at:`);
for (const framework of FRAMEWORKS) console.log(`   ${await summary(framework)}`);
console.log(`
   demo-out/packs/soc2-2017/data/report.pdf    the signed report (HIPAA and PCI DSS stand beside it)
   demo-out/packs/soc2-2017/README.txt         how an auditor verifies it with openssl, sha256sum and pdfsig
   demo-out/packs/soc2-2017/verify.html        how anybody verifies it in a browser: open it, drop the zip on it
   demo-out/packs/soc2-2017.zip                the same pack to send

   npx witnessmark evidence list --store ${STORE} --outcome non_compliant
   npx witnessmark framework show soc2-2017 CC6.1
   npx witnessmark check show s3-bucket-tls-only`);
