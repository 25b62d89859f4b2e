import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/app/custom/folder.ts';
import { judgeFolder } from '../../../src/app/custom/judge.ts';
import type { CustomResult } from '../../../src/app/custom/state.ts';
import { BASE, CHECKS, FRAMEWORK, RIGHT, world } from './world.ts';

/** A world with an active set, into which something else is then put. */
async function attacked(files: Readonly<Record<string, string | Uint8Array>>) {
  const it = world();
  it.put(RIGHT);
  const { active } = await it.check();
  it.put(files);
  const from = performance.now();
  const outcome = await it.check();
  return { ...outcome, before: active, ms: performance.now() - from, told: it.messages.published.at(-1)?.text ?? '' };
}

const codesOf = ({ problems }: CustomResult): string[] => problems.map((it) => it.code);

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: [*e,*e,*e,*e,*e,*e,*e,*e,*e]
`;

const SLOW_CHECK = CHECKS.replace(
  'expect: resource.versioning == "Enabled"',
  'expect: resource.lifecycle.all(a, resource.lifecycle.all(b, resource.lifecycle.all(c, a + b + c != 1)))',
).replace(
  '{ versioning: Enabled }',
  `{ lifecycle: [${Array.from({ length: 3000 }, (_, index) => index + 1).join(', ')}] }`,
);

describe('a poison upload', () => {
  it.each<[string, Record<string, string | Uint8Array>, string]>([
    ['a bomb of aliases', { 'ours.yaml': bomb }, 'catalog-aliases'],
    ['brackets without an end', { 'ours.yaml': '['.repeat(9000) }, 'catalog-too-deep'],
    ['a hundred thousand signs', { 'ours.yaml': '[{!&*'.repeat(20_000) }, 'catalog-too-large'],
    ['a file that is too large', { 'ours.yaml': 'x'.repeat(LIMITS.fileBytes + 1) }, 'catalog-too-large'],
    ['a file that is not UTF-8', { 'ours.yaml': Uint8Array.of(0xc3, 0x28) }, 'catalog-encoding'],
    ['a byte of zero', { 'ours.yaml': 'framework: a\0b\n' }, 'custom-character'],
    ['text that is written from right to left', { 'ours.yaml': 'framework: \u202edcba\n' }, 'custom-character'],
    ['a key of the prototype', { 'ours.yaml': '__proto__: { polluted: true }\n' }, 'catalog-unknown-key'],
    ['a name that leads out', { '../../state/custom.yaml': FRAMEWORK }, 'custom-name'],
    ['a name with a byte of zero', { 'a\0.yaml': FRAMEWORK }, 'custom-name'],
    ['a name from right to left', { '\u202elmay.yaml': FRAMEWORK }, 'custom-name'],
    ['a name of two lines', { 'a\nThe files in custom are right.yaml': FRAMEWORK }, 'custom-name'],
    ['a name that ends a log line', { '\ud800.yaml': FRAMEWORK }, 'custom-name'],
    ['a folder in a folder', { 'a/b/c.yaml': FRAMEWORK }, 'custom-name'],
    ['a folder that would be passed over', { 'schema/checks.yaml': CHECKS }, 'custom-name'],
    ['an ending that would be passed over', { 'more.yml': FRAMEWORK }, 'catalog-file-name'],
    ['a name that is too long', { [`${'a'.repeat(900)}.yaml`]: FRAMEWORK }, 'custom-name'],
    [
      'a pattern that takes for ever',
      {
        'checks/s3.yaml': CHECKS.replace(
          'resource.versioning == "Enabled"',
          () => "resource.versioning.matches('^(a|a)*$')",
        ),
      },
      'evaluate-pattern',
    ],
    ['an expression that takes for ever', { 'checks/s3.yaml': SLOW_CHECK }, 'catalog-example-failed'],
    [
      'a framework that extends itself',
      { 'ours.yaml': FRAMEWORK.replace('extends: demo', 'extends: ours') },
      'catalog-extends',
    ],
  ])('with %s is refused, and the active set stays', async (_what, files, code) => {
    const { result, active, before, ms, told } = await attacked(files);
    expect(result.status).toBe('refused');
    expect(codesOf(result)).toContain(code);
    expect(active).toEqual(before);
    expect(ms).toBeLessThan(5000);
    expect(told).toContain('were refused');
    expect(told).toMatch(/^[\x20-\x7e\n]*$/);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('of ten thousand files is refused without reading one', async () => {
    const it = world({
      onRead: () => {
        throw new RangeError('read');
      },
    });
    for (let index = 0; index < 10_000; index += 1) it.uploads.put(`f${index}.yaml`, FRAMEWORK);
    const { result } = await it.check();
    expect(result.problems).toMatchObject([{ file: 'custom', code: 'custom-too-large' }]);
    expect(result.problems[0]?.message).toContain('at most 1000 files');
  });

  it('of too many YAML files, or of too much YAML, is refused without reading one', async () => {
    const reads: string[] = [];
    const it = world({ onRead: (path) => reads.push(path) });
    for (let index = 0; index <= LIMITS.files; index += 1) it.uploads.put(`f${index}.yaml`, FRAMEWORK);
    expect((await it.check()).result.problems[0]?.message).toContain('200 YAML files');
    const large = world({ onRead: (path) => reads.push(path) });
    for (let index = 0; index < 9; index += 1) large.uploads.put(`f${index}.yaml`, '#'.repeat(LIMITS.fileBytes));
    expect((await large.check()).result.problems[0]?.message).toContain('bytes of YAML');
    expect(reads).toEqual([]);
  });

  it('with thousands of mistakes has a result of bounded size', async () => {
    const source = '{ check: custom-nothing, strength: direct, why: because it is }';
    const controls = Array.from(
      { length: 1500 },
      (_, index) => `      - { id: C${index}, title: A control, sources: [${source}] }`,
    );
    const { result, told } = await attacked({
      'ours.yaml': `${FRAMEWORK.slice(0, FRAMEWORK.indexOf('      - id'))}${controls.join('\n')}\n`,
    });
    expect(result.problems).toHaveLength(200);
    expect(result.more).toBeGreaterThan(1000);
    expect(told.length).toBeLessThan(10_000);
    expect(told).toContain(`and ${result.more + 180} more`);
  });

  it('that takes too long all together is ended', () => {
    const files = [{ path: 'checks/s3.yaml', text: SLOW_CHECK }].map((it) => ({
      ...it,
      bytes: 1,
      version: '',
      sha256: '',
    }));
    const { problems, errors } = judgeFolder(BASE, { files, problems: [], ignored: [] }, 100);
    expect(errors).toBe(1);
    expect(problems).toMatchObject([{ file: 'custom', code: 'custom-too-slow' }]);
    expect(problems[0]?.message).toContain('longer than 100 ms');
  });
});
