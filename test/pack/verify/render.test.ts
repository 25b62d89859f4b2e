import { describe, expect, it } from 'vitest';
import { renderVerify } from '../../../src/pack/verify/render.ts';

const step = { code: 'manifest', title: 'Every file has its hash', ok: true, findings: [], notes: [] };

describe('verify result as text', () => {
  it('says in words what the marks say', () => {
    const text = renderVerify({
      ok: true,
      steps: [{ ...step, notes: ['not asked'] }],
      warnings: ['trusted from inside'],
    });
    expect(text).toBe(
      [
        '✓ ok     manifest           Every file has its hash',
        '           note: not asked',
        '! warning  trusted from inside',
        '',
        '✓ verified: nothing is wrong with this pack',
        '',
      ].join('\n'),
    );
  });

  it('shows where, how many more, and no control characters out of a pack', () => {
    const findings = Array.from({ length: 25 }, (_, at) => ({
      file: 'data/\u001b[2Ja',
      line: at + 1,
      message: 'wrong\n✓ ok',
    }));
    const text = renderVerify({ ok: false, steps: [{ ...step, ok: false, findings }, step], warnings: [] });
    expect(text).toContain('✗ failed manifest');
    expect(text).toContain('data/\\u001b[2Ja:1: wrong\\u000a✓ ok');
    expect(text).toContain('and 5 more');
    expect(text).toContain('✗ not verified: 1 of 2 steps failed');
    expect(text).not.toContain('\u001b');
  });
});
