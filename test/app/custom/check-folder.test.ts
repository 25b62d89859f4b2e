import { describe, expect, it } from 'vitest';
import { catalogueDigest, checkSources, sourceDefinitions, withoutDefaults } from '../../../src/app/catalogue.ts';
import { activeSet, setOfExecution, withSet } from '../../../src/app/custom/active.ts';
import { CustomResult, STATE_KEY } from '../../../src/app/custom/state.ts';
import { sha256Hex } from '../../../src/ledger/canonical.ts';
import type { Framework } from '../../../src/model/framework.ts';
import { BASE, CHECKS, EVENTS, FRAMEWORK, RIGHT, world } from './world.ts';

describe('a folder that is right', () => {
  it('becomes the active set: one immutable object, named by its hash, and everybody is told', async () => {
    const it = world();
    it.put(RIGHT);
    const { result, resultKey, active, judged } = await it.check();
    expect(judged).toBe(true);
    expect(result).toMatchObject({
      status: 'accepted',
      problems: [],
      summary: '1 checks, 1 event selectors, 1 frameworks: 0 errors, 0 warnings',
      active: active?.sha256,
    });
    expect(result.files.map(({ path, version }) => [path, version])).toEqual([
      ['checks/s3.yaml', 'id-v1'],
      ['events/ours.yaml', 'id-v2'],
      ['ours.yaml', 'id-v3'],
    ]);
    const set = it.objects.files.get(`custom-active/${active?.sha256}.json`) ?? new Uint8Array();
    expect(sha256Hex(set)).toBe(active?.sha256);
    expect(JSON.parse(Buffer.from(set).toString('utf8'))).toEqual({ v: 1, files: RIGHT });
    const kept = Buffer.from(it.objects.files.get(resultKey) ?? []).toString('utf8');
    expect(CustomResult.parse(JSON.parse(kept))).toEqual(result);
    expect(it.messages.published.map(({ subject }) => subject)).toEqual(['Witnessmark: custom controls changed']);
    expect(it.messages.published[0]?.text).toContain(active?.sha256);
    expect(it.state().notice).toBeNull();
  });

  it('is what a run judges by, with a digest of its own', async () => {
    const it = world();
    it.put(RIGHT);
    await it.check();
    const { catalogue, custom } = await withSet(BASE, it.objects, await activeSet(it.objects));
    expect(custom).toBe(it.state().active?.sha256);
    expect(catalogue.problems).toEqual([]);
    expect(catalogue.checks.has('custom-s3-bucket-versions-kept')).toBe(true);
    expect(catalogue.events.has('custom-user-made')).toBe(true);
    expect(catalogue.frameworks.get('ours')?.control_sets.at(-1)?.id).toBe('OURS');
    expect(catalogueDigest(catalogue)).not.toBe(catalogueDigest(BASE));
  });

  it('is whole in what an assessment pins: its checks and selectors stand in the ledger with the framework', async () => {
    const it = world();
    it.put(RIGHT);
    await it.check();
    const { catalogue } = await withSet(BASE, it.objects, await activeSet(it.objects));
    const framework = catalogue.frameworks.get('ours') as Framework;
    const definitions = sourceDefinitions(catalogue, withoutDefaults(catalogue, framework));
    const { check, compiled } = catalogue.checks.get('custom-s3-bucket-versions-kept') ?? {};
    expect(definitions.get('check:custom-s3-bucket-versions-kept')).toEqual({
      title: check?.title,
      remediation: check?.remediation,
      expect: check?.expect,
      sha256: compiled?.sha256,
      params: {},
      scope: 'global',
      kind: 'state',
    });
    expect(definitions.get('cloudtrail:custom-user-made')).toMatchObject({
      title: 'Somebody made an IAM user',
      expect: 'event.eventName == "CreateUser"',
      wanted: 'none',
      kind: 'events',
    });
    expect(checkSources(catalogue, ['AWS::S3::Bucket']).map(({ source }) => source)).toContain(
      'check:custom-s3-bucket-versions-kept',
    );
  });

  it('stays what a run judges by that has begun, whatever is active by now', async () => {
    const it = world();
    it.put(RIGHT);
    await it.check();
    const pinned = await activeSet(it.objects);
    it.put({ 'checks/s3.yaml': CHECKS.replace('Enabled"\n', 'Enabled" || false\n') });
    await it.check();
    expect(await activeSet(it.objects)).not.toBe(pinned);
    const { catalogue } = await withSet(BASE, it.objects, pinned);
    expect(catalogue.checks.get('custom-s3-bucket-versions-kept')?.check.expect).toBe(
      'resource.versioning == "Enabled"',
    );
    expect((await withSet(BASE, it.objects, null)).catalogue).toBe(BASE);
  });

  it('is the same for an execution whose first step is done again, whatever is active by then', async () => {
    const it = world();
    expect(await setOfExecution(it.objects, 'first')).toBeNull();
    it.put(RIGHT);
    const { active } = await it.check();
    expect(await setOfExecution(it.objects, 'second')).toBe(active?.sha256);
    it.put({ 'checks/s3.yaml': CHECKS.replace('medium', 'high') });
    await it.check();
    expect(await setOfExecution(it.objects, 'first')).toBeNull();
    expect(await setOfExecution(it.objects, 'second')).toBe(active?.sha256);
    expect(await setOfExecution(it.objects, 'third')).toBe(it.state().active?.sha256);
  });

  it('is told once, and judged once, however often and late notifications come', async () => {
    const it = world();
    it.put(RIGHT);
    const first = await it.check();
    const again = await Promise.all([it.check(), it.check()]);
    expect(again.map(({ result, judged }) => [result, judged])).toEqual([
      [first.result, false],
      [first.result, false],
    ]);
    expect(it.messages.published).toHaveLength(1);
    expect([...it.objects.files.keys()].filter((key) => key.startsWith('custom-results/'))).toHaveLength(1);
  });

  it('is judged again under another catalogue of the project', async () => {
    const it = world();
    it.put(RIGHT);
    await it.check();
    const { judged } = await it.check({ catalogue: { ...BASE, checks: new Map([...BASE.checks].slice(1)) } });
    expect(judged).toBe(true);
  });

  it('is not active any more once it is empty, which is told', async () => {
    const it = world();
    it.put({ ...RIGHT, 'README.md': '# ours', '.DS_Store': 'x', 'checks/': '' });
    expect((await it.check()).result.ignored).toEqual(['README.md', '.DS_Store']);
    for (const path of Object.keys(RIGHT)) it.uploads.remove(path);
    expect(await it.check()).toMatchObject({ active: null, result: { status: 'empty', active: null } });
    expect(it.messages.published.at(-1)?.text).toContain('No custom set is active any more');
  });
});

describe('a folder that is wrong', () => {
  it('leaves the active set as it is, says where and why, and is told again when it is mended', async () => {
    const it = world();
    it.put(RIGHT);
    const { active } = await it.check();
    it.put({ 'checks/s3.yaml': CHECKS.replace('resource.versioning ==', 'resource.versionning ==') });
    const { result, active: still } = await it.check();
    expect(still).toEqual(active);
    expect(result).toMatchObject({ status: 'refused', active: active?.sha256 });
    expect(result.problems).toEqual([
      {
        file: 'custom/checks/s3.yaml',
        line: 7,
        column: 13,
        severity: 'error',
        code: 'evaluate-fact-unknown',
        message: 'expect: AWS::S3::Bucket has no fact "versionning" (did you mean "versioning"?)',
      },
    ]);
    const told = it.messages.published.at(-1);
    expect(told?.subject).toBe('Witnessmark: custom controls refused');
    expect(told?.text).toContain('custom/checks/s3.yaml:7:13: expect: AWS::S3::Bucket has no fact "versionning"');
    expect(told?.text).toContain(`The set that was active stays active: ${active?.sha256}`);
    it.put(RIGHT);
    expect((await it.check()).active).toEqual(active);
    expect(it.messages.published.map(({ attributes }) => attributes?.custom)).toEqual(['changed', 'refused', 'mended']);
  });

  it('is one that is half uploaded: what it refers to is not there yet', async () => {
    const it = world();
    it.put({ 'ours.yaml': FRAMEWORK });
    const { result, active } = await it.check();
    expect(active).toBeNull();
    expect(result.problems.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['catalog-check-unknown', 'custom/ours.yaml', 14],
      ['catalog-event-unknown', 'custom/ours.yaml', 17],
    ]);
    it.put({ 'checks/s3.yaml': CHECKS, 'events/ours.yaml': EVENTS });
    expect((await it.check()).result.status).toBe('accepted');
  });

  it('is told once while it stays wrong in the same way', async () => {
    const it = world();
    it.put({ 'ours.yaml': FRAMEWORK });
    await it.check();
    it.put({ 'notes.txt': 'one more file' });
    expect((await it.check()).judged).toBe(true);
    expect(it.messages.published).toHaveLength(1);
  });

  it.each([
    ['an id without the prefix', CHECKS.replace('custom-s3-', 's3-'), 'begin with "custom-s3-"'],
    ['an id of the project', CHECKS.replace('custom-s3-bucket-versions-kept', 's3-bucket-versioned'), 'custom-s3-'],
    ['a failing example', CHECKS.replace('versioning: Suspended', 'versioning: Enabled'), 'expected non_compliant'],
    ['a resource of no service', CHECKS.replace('AWS::S3::Bucket', 'AWS::SNS::Topic'), 'no facts are collected'],
  ])('is one with %s', async (_what, text, message) => {
    const it = world();
    it.put({ 'checks/s3.yaml': text });
    const { result, active } = await it.check();
    expect(active).toBeNull();
    expect(result.problems.map((problem) => problem.message).join('\n')).toContain(message);
  });

  it('is one with checks under the name of another service, for that says how often they are expected', async () => {
    const it = world();
    it.put({ 'checks/iam.yaml': CHECKS.replace('service: s3', 'service: iam').replace('custom-s3-', 'custom-iam-') });
    expect((await it.check()).result.problems[0]?.message).toBe(
      'AWS::S3::Bucket belongs to the service "s3", not to "iam"',
    );
  });

  it('is one with a framework or a selector that has the name of one that comes with Witnessmark', async () => {
    const it = world();
    const selector = [...BASE.events.keys()][0] ?? '';
    it.put({
      'demo.yaml': FRAMEWORK.replace('framework: ours', 'framework: demo').replace('extends: demo\n', ''),
      'events/ours.yaml': EVENTS.replace('custom-user-made', selector),
      'checks/s3.yaml': CHECKS,
    });
    const messages = (await it.check()).result.problems.map((problem) => problem.message);
    expect(messages).toContain('the framework "demo" comes with Witnessmark: choose another id');
    expect(messages).toContain(`expected the name to begin with "custom-", found "${selector}"`);
  });
});

describe('a folder that changes while it is judged', () => {
  it('is judged again until the newest result is of the newest state', async () => {
    let left = 2;
    const it = world({
      onRead: (path) => {
        if (path !== 'ours.yaml' || left === 0) return;
        left -= 1;
        it.put({ 'ours.yaml': FRAMEWORK.replace("version: '1'", `version: '${left}'`) });
      },
    });
    it.put(RIGHT);
    const { result } = await it.check();
    expect(result.files.find(({ path }) => path === 'ours.yaml')?.version).toBe('id-v5');
    expect(result.status).toBe('accepted');
  });

  it('ends with an error where it never stops changing, and nothing is active', async () => {
    let version = 0;
    const it = world({
      onRead: () => {
        version += 1;
        it.put({ 'ours.yaml': FRAMEWORK.replace("version: '1'", `version: '${version}'`) });
      },
    });
    it.put(RIGHT);
    await expect(it.check()).rejects.toMatchObject({ code: 'custom-busy' });
    expect(it.objects.files.has(STATE_KEY)).toBe(false);
  });

  it('ends in the newest state when a slow judge of an older one comes last', async () => {
    const it = world();
    it.put({ ...RIGHT, 'checks/s3.yaml': 'service: s3\nchecks: []\n' });
    let mended = false;
    const slow = it.check({
      uploads: {
        ...it.uploads,
        list: (most) => it.uploads.list(most),
        read: async (upload, most) => {
          const read = await it.uploads.read(upload, most);
          if (upload.path === 'ours.yaml' && !mended) {
            mended = true;
            it.put(RIGHT);
            await it.check();
          }
          return read;
        },
      },
    });
    expect((await slow).result.status).toBe('accepted');
    expect(it.state().result.status).toBe('accepted');
    expect(it.state().active).not.toBeNull();
  });

  it('is waited for while files still come', async () => {
    const it = world();
    it.uploads.put('ours.yaml', FRAMEWORK, '2026-11-22T12:00:00.000Z');
    const { result } = await it.check({
      wait: async (milliseconds) => {
        await it.ports.wait(milliseconds);
        it.put({ 'checks/s3.yaml': CHECKS, 'events/ours.yaml': EVENTS });
      },
    });
    expect(result.status).toBe('accepted');
    expect(it.messages.published).toHaveLength(1);
    expect(Date.parse(result.at) - Date.parse('2026-11-22T12:00:00.000Z')).toBeGreaterThanOrEqual(10_000);
  });
});

describe('a fault', () => {
  it('at any step leaves a whole state, and asking again mends it', async () => {
    for (let at = 0; ; at += 1) {
      for (const kind of ['fail', 'fail-after'] as const) {
        let step = 0;
        const it = world({ fault: () => (step++ === at ? kind : 'ok') });
        it.put(RIGHT);
        const first = await it.check().catch((thrown: { code?: string }) => thrown.code);
        // Every step there is has failed once.
        if (step <= at) return;
        expect(first).toBe('objects-unavailable');
        const { active, result } = await it.check();
        expect(result.status).toBe('accepted');
        expect(active?.sha256).toBe(await activeSet(it.objects));
        expect(it.messages.published.length).toBeGreaterThanOrEqual(1);
        expect(it.state().notice).toBeNull();
      }
    }
  });

  it('of the topic is told later', async () => {
    const it = world();
    it.put({ 'ours.yaml': FRAMEWORK });
    const down = {
      publish: async () => {
        throw new RangeError('down');
      },
    };
    await expect(it.check({ messages: down })).rejects.toThrow('down');
    expect(it.state().result.status).toBe('refused');
    await it.check();
    expect(it.messages.published).toHaveLength(1);
    await it.check();
    expect(it.messages.published).toHaveLength(1);
  });

  it('in a stored set is found', async () => {
    const it = world();
    it.put(RIGHT);
    const { active } = await it.check();
    const key = `custom-active/${active?.sha256}.json`;
    it.objects.files.set(key, Buffer.from('{"v":1,"files":{}}'));
    await expect(withSet(BASE, it.objects, active?.sha256 ?? '')).rejects.toMatchObject({ code: 'custom-set-altered' });
    it.objects.files.delete(key);
    await expect(withSet(BASE, it.objects, active?.sha256 ?? '')).rejects.toMatchObject({ code: 'custom-set-missing' });
    it.objects.files.set(STATE_KEY, Buffer.from('{}'));
    await expect(activeSet(it.objects)).rejects.toMatchObject({ code: 'custom-state-invalid' });
  });
});
