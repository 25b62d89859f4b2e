import { describe, expect, it } from 'vitest';
import { checkSources } from '../../src/app/catalogue.ts';
import { judgeTask } from '../../src/app/judged.ts';
import { readTask } from '../../src/collect/read-task.ts';
import { BOX, CATALOGUE, cloudOf, on, service, TASK, type World } from './demo.ts';

const read = (world: World) =>
  readTask({ service, cloud: cloudOf(world), task: TASK, at: on(1), redact: { secret: 'secret' } });
async function judge(world: World) {
  const reading = await read(world);
  const judged = judgeTask(reading, checkSources(CATALOGUE, [BOX]));
  const of = (source: string) => judged.find((it) => it.source === source);
  return { reading, judged, of };
}

describe('judging a task', () => {
  it('applies every check, and each variant with the parameters of its control', async () => {
    const { judged, of } = await judge({ boxes: { a: { locked: true, age: 70 } } });
    expect(judged.map((it) => it.source)).toEqual([
      'check:demo-box-locked',
      'check:demo-box-young',
      'check:demo-box-young@maxAge=60',
    ]);
    expect(of('check:demo-box-young')?.subjects).toMatchObject([
      { outcome: 'compliant', judgement: { params: { maxAge: 90 } } },
    ]);
    expect(of('check:demo-box-young@maxAge=60')?.subjects).toMatchObject([
      { outcome: 'non_compliant', judgement: { params: { maxAge: 60 } } },
    ]);
  });

  it('rests each judgement on the listing and on the calls of the facts that it mentions, and on no other', async () => {
    const { reading, of } = await judge({ boxes: { a: { locked: true }, b: { locked: false } } });
    const calls = (lines: readonly number[] = []) =>
      lines.map((line) => [reading.retrievals[line - 1]?.operation, reading.retrievals[line - 1]?.input]);
    const source = of('check:demo-box-locked');
    expect(calls(source?.lines)).toEqual([['ListBoxes', {}]]);
    expect(source?.subjects.map((it) => calls(it.lines))).toEqual([
      [
        ['GetBox', { Name: 'a' }],
        ['ListBoxes', {}],
      ],
      [
        ['GetBox', { Name: 'b' }],
        ['ListBoxes', {}],
      ],
    ]);
  });

  it('is inconclusive with the real error where a fact could not be read, for that subject only', async () => {
    const { of } = await judge({ boxes: { a: { locked: 'denied' }, b: { locked: true } } });
    expect(of('check:demo-box-locked')?.subjects).toMatchObject([
      { outcome: 'inconclusive', facts: {}, failures: { locked: { kind: 'denied', operation: 'demo:GetBox' } } },
      { outcome: 'compliant', failures: {} },
    ]);
  });

  it('is one inconclusive subject for every source where the population could not be listed', async () => {
    const { judged } = await judge({ boxes: { a: { locked: true } }, list: 'denied' });
    expect(judged).toHaveLength(3);
    for (const { failure, subjects } of judged) {
      expect(failure).toMatchObject({ kind: 'denied', operation: 'demo:ListBoxes' });
      expect(subjects).toMatchObject([
        { subject: `population:${BOX}`, outcome: 'inconclusive', failures: { population: failure }, lines: [1] },
      ]);
      expect(subjects[0]?.reason).toContain('AccessDenied');
    }
  });

  it('takes over what AWS itself has judged', async () => {
    const { of } = await judge({ boxes: { a: { locked: true } }, rules: { BOX_TAGGED: 'non_compliant' } });
    const source = of('config_rule:BOX_TAGGED');
    expect(source).toMatchObject({
      failure: undefined,
      subjects: [{ outcome: 'non_compliant', judgement: undefined }],
    });
    expect(source?.subjects[0]?.lines.length).toBeGreaterThan(0);
  });

  it('is inconclusive for a rule whose findings could not be read, and not for the others', async () => {
    const { of } = await judge({
      boxes: { a: { locked: true } },
      rules: { BOX_TAGGED: 'denied', BOX_PAINTED: 'compliant' },
    });
    expect(of('config_rule:BOX_TAGGED')).toMatchObject({
      failure: { operation: 'demo:GetFindings' },
      subjects: [{ subject: `population:${BOX}`, outcome: 'inconclusive' }],
    });
    expect(of('config_rule:BOX_PAINTED')).toMatchObject({ subjects: [{ outcome: 'compliant' }] });
  });
});
