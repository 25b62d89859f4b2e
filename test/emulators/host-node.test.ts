import { realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ran, ROOT, run } from './support/run.ts';

let path: string;
let host: string;

/** The machine's own Node: the first on PATH that is not the one that npm installed here. */
beforeAll(async () => {
  const own = join(ROOT, 'node_modules');
  const folders = (process.env.PATH ?? '').split(delimiter);
  const others: string[] = [];
  for (const folder of folders) {
    const real = await realpath(folder).catch(() => undefined);
    if (real !== undefined && !real.startsWith(own)) others.push(folder);
  }
  path = others.join(delimiter);
  host = (await run('sh', ['-c', 'command -v node'], { env: { PATH: path } })).stdout.trim();
});

const witnessmark = (...args: string[]): Promise<Ran> =>
  run(host, [join(ROOT, 'bin/witnessmark.mjs'), ...args], { env: { PATH: path } });

describe("the command line under the machine's own Node", () => {
  it('runs, whatever version that is', async () => {
    const version = (await run(host, ['--version'])).stdout.trim();
    expect(version).toMatch(/^v\d+\./);
    console.log(`host Node ${version} at ${host}; the tests run on ${process.version}`);
    expect(await witnessmark('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('writes the same as under the pinned Node', async () => {
    const pinned = await run(process.execPath, [join(ROOT, 'bin/witnessmark.mjs'), 'check', 'list', '--json']);
    const ran = await witnessmark('check', 'list', '--json');
    expect(ran).toMatchObject({ code: 0, stdout: pinned.stdout });
    expect(ran.stdout.split('\n').length).toBeGreaterThan(30);
  });

  it('passes exit codes on', async () => {
    expect(await witnessmark('no-such-command')).toMatchObject({ code: 2 });
    expect(await witnessmark('verify', '/no/such/pack')).toMatchObject({ code: 2 });
    expect(await witnessmark('framework', 'validate')).toMatchObject({ code: 0 });
  });
});
