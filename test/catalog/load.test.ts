import { describe, expect, it } from 'vitest';
import { compareNatural } from '../../src/catalog/natural.ts';
import { lint, load, replace } from './support.ts';

const CHECKS = 'catalog/checks/s3.yaml';
const OWN = 'catalog/own.yaml';

describe('loading', () => {
  it('reads checks, events and frameworks, in the natural order of their control sets', async () => {
    const catalogue = await load();
    expect(catalogue.problems).toEqual([]);
    expect([...catalogue.checks.keys()]).toEqual(['s3-bucket-versioned', 's3-bucket-lifecycle-short']);
    expect(catalogue.checks.get('s3-bucket-versioned')).toMatchObject({ service: 's3', file: CHECKS });
    expect([...catalogue.events.keys()]).toEqual(['root-console-login']);
    expect(catalogue.frameworks.get('demo')?.control_sets.map((it) => it.id)).toEqual(['CC2', 'CC10']);
  });

  it('resolves extends: removals, overrides of what they name only, additions', async () => {
    const own = (await load()).frameworks.get('own');
    expect(own?.title).toBe('A framework on top of another');
    expect(own?.control_sets.map((set) => [set.id, set.controls.map((it) => it.id)])).toEqual([
      ['CC2', ['CC2.1']],
      ['CC10', ['CC10.1']],
      ['X', ['X.1']],
    ]);
    const [access, data] = own?.control_sets.flatMap((it) => it.controls) ?? [];
    expect(access).toMatchObject({ title: 'Nobody at all uses the root user', responsibility: 'shared' });
    expect(access?.sources).toHaveLength(1);
    expect(data?.sources.map((it) => Object.keys(it)[0])).toEqual(['check', 'check', 'manual']);
    expect(own).not.toHaveProperty('extends');
    expect(own).not.toHaveProperty('catalogue');
  });

  it.each([
    [
      replace('extends: demo', 'extends: dmeo'),
      'catalog/own.yaml:6:10: unknown framework "dmeo" (did you mean "demo"?)',
    ],
    [
      replace('extends: demo', 'extends: own'),
      'catalog/own.yaml:6:10: frameworks extend one another in a circle: own, own',
    ],
    [
      replace('id: CC2.2', 'id: CC2.3'),
      'catalog/own.yaml:8:11: unknown control or control set "CC2.3" (did you mean "CC2.1"?)',
    ],
    [replace('id: CC2.1', 'id: CC2.9'), 'catalog/own.yaml:10:9: unknown control "CC2.9" (did you mean "CC2.1"?)'],
    [
      replace('[config_rule:S3_', '[config_rule:S4_'),
      'catalog/own.yaml:13:15: unknown source in CC10.1 "config_rule:S4_BUCKET_VERSIONING_ENABLED" (did you mean "config_rule:S3_BUCKET_VERSIONING_ENABLED"?)',
    ],
    [
      replace('id: X.1', 'id: CC2.1'),
      'catalog/own.yaml:20:13: duplicate control "CC2.1" (a control of the base is changed under "override")',
    ],
  ])('refuses a wrong extension (%#)', async (edit, message) => expect(await lint({ [OWN]: edit })).toContain(message));

  it('finds circles through other frameworks', async () => {
    const other = 'framework: other\ntitle: Another\nversion: "1"\npublisher: Nobody\nretention: 1y\nextends: own\n';
    const problems = await lint({ [OWN]: replace('extends: demo', 'extends: other'), 'catalog/other.yaml': other });
    expect(problems).toContain('catalog/own.yaml:6:10: extends "other", which is wrong itself');
    expect(problems).toContain('catalog/other.yaml:6:10: extends "own", which is wrong itself');
  });

  it('leaves out a framework of which a part is wrong, rather than loading a smaller one', async () => {
    const { frameworks, problems } = await load({ 'catalog/demo/cc2.yaml': 'id: CC2\ntitle: Access\ncontrols: []\n' });
    expect([...frameworks.keys()]).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'catalog/demo/cc2.yaml', line: 3, column: 11 });
  });

  it('says which file cannot be read, is misnamed, or has no framework', async () => {
    expect(await lint({ 'catalog/checks/ec2.yml': 'x' })).toEqual([
      'catalog/checks/ec2.yml:1:1: catalogue files end in .yaml: this one is not read',
    ]);
    expect(await lint({ 'catalog/lost/a.yaml': 'x' })).toEqual([
      'catalog/lost/a.yaml:1:1: this folder has no framework.yaml',
    ]);
    const { problems } = await load({}, ['catalog/missing.yaml']);
    expect(problems).toMatchObject([{ file: 'catalog/missing.yaml', code: 'catalog-unreadable' }]);
  });

  it('takes frameworks from extra files', async () => {
    const mine =
      'framework: mine\ntitle: Mine alone\nversion: "1"\npublisher: Me myself\nretention: 1y\nextends: demo\n';
    expect(
      (await load({ 'elsewhere/mine.yaml': mine }, ['elsewhere/mine.yaml'])).frameworks.get('mine')?.control_sets,
    ).toHaveLength(2);
  });
});

it('natural order counts numbers as numbers', () => {
  expect(['CC10', 'A1', 'CC2', 'CC2.10', 'CC2.9', '12', '2', 'A'].sort(compareNatural)).toEqual([
    '2',
    '12',
    'A',
    'A1',
    'CC2',
    'CC2.9',
    'CC2.10',
    'CC10',
  ]);
});
