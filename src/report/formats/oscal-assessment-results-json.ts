import type { ReportFormat } from '../format.ts';
import { assessmentResults } from '../oscal/document.ts';

/** `oscal-assessment-results.json`: the assessment for tools that read NIST OSCAL. */
export const format: ReportFormat = {
  name: 'oscal-assessment-results.json',
  mediaType: 'application/oscal+json',
  describes:
    'The assessment as NIST OSCAL assessment-results: findings, observations, risks and where their evidence is.',
  async *render(report) {
    yield* assessmentResults(report);
  },
};
