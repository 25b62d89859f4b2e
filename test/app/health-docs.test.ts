import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { targetText } from '../../src/cli/units.ts';
import { SLIS } from '../../src/model/health.ts';

describe('docs/HEALTH.md', () => {
  it('has every indicator with its value, target and alarm, and says what it cannot see', () => {
    const page = readFileSync('docs/HEALTH.md', 'utf8');
    for (const sli of SLIS) {
      expect(page).toContain(`| ${sli.id} | ${sli.title} | ${sli.says} | ${targetText(sli)} | ${sli.alarm} |`);
      expect(page).toContain(`**${sli.id}.** `);
    }
  });
});
