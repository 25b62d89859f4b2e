import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packJournal } from '../../src/adapters/aws/reports/pack-journal.ts';
import { packObjects } from '../../src/adapters/aws/reports/pack-objects.ts';
import { s3Objects } from '../../src/adapters/aws/s3/objects.ts';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { openStore } from '../../src/adapters/local/store.ts';
import { assessPeriod } from '../../src/app/assess.ts';
import { sourceDefinitions, withoutDefaults } from '../../src/app/catalogue.ts';
import { writePack } from '../../src/app/report.ts';
import { catalogue } from '../../src/cli/session.ts';
import { Statements } from '../../src/model/scope.ts';
import { newBucket } from '../../test/emulators/support/buckets.ts';
import { startVersitygw, versityClient } from '../../test/emulators/support/versitygw.ts';
import { projectRoot } from '../generated/root.ts';
import { FRAMEWORK, PERIOD } from './report-store.ts';

/**
 * A report of so many items of evidence whose pack and zip are written to S3 (versitygw on this machine); the ledger
 * and its index are in a folder. Seconds and the peak memory of this process alone: `npm run bench:report-objects -- 100000`.
 */
const items = Number(process.argv[2] ?? 10_000);
const folder = await mkdtemp(join(tmpdir(), `bench-report-objects-${items}-`));
const versitygw = await startVersitygw();
const client = versityClient(versitygw);
const seconds = (from: number): string => ((performance.now() - from) / 1000).toFixed(1);
const peak = (): number => Math.round(process.resourceUsage().maxRSS / 1024);
try {
  // In a process of its own, so that it leaves no peak behind.
  const make = `await (await import('./scripts/bench/report-store.ts')).makeReportStore('${folder}/store', ${items}, 0.05)`;
  execFileSync(process.execPath, ['--input-type=module', '-e', make], { stdio: 'inherit', cwd: projectRoot });
  const { renderer: _, ...store } = await openStore(join(folder, 'store'), {
    clock: fixedClock('2026-11-01T00:00:00.000Z'),
    software: 'witnessmark bench',
  });
  const known = await catalogue();
  const found = known.frameworks.get(FRAMEWORK);
  if (!found) throw new RangeError(`no framework ${FRAMEWORK}`);
  const framework = withoutDefaults(known, found);
  const began = performance.now();
  const assessed = await assessPeriod(store, {
    framework,
    definitions: sourceDefinitions(known, framework),
    scope: { accounts: ['111122223333'], regions: ['eu-west-1'] },
    period: PERIOD,
    statements: Statements.parse({}),
    coverageThreshold: 0.95,
  });
  console.log(`assessed in ${seconds(began)} s, peak ${peak()} MiB`);
  const bucket = { client, bucket: await newBucket(client, { lock: true }), prefix: '' };
  const journal = await packJournal(s3Objects(bucket), { name: 'reports/bench', part: 1 });
  const report = assessed.report.id;
  const sink = await packObjects({ bucket, folder: `reports/bench/${report}`, report, journal, check: () => {} });
  const writing = performance.now();
  const { files } = await writePack(store, assessed, sink);
  console.log(`${files.size} files in ${seconds(writing)} s, peak ${peak()} MiB`);
  const zipping = performance.now();
  const { zip } = await sink.done();
  console.log(`zip of ${Math.round(zip.size / 1024 / 1024)} MiB in ${seconds(zipping)} s, peak ${peak()} MiB`);
  await store.index.close();
} finally {
  client.destroy();
  await versitygw.stop();
  await rm(folder, { recursive: true, force: true });
}
