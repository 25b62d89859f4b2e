import type { Outcome } from '../model/evidence.ts';
import type { ControlResult } from '../model/report.ts';
import type { Verdict } from '../model/verdict.ts';

/** How a verdict or an outcome is called in reports, and what it says in one sentence. */
export interface Word {
  readonly word: string;
  readonly means: string;
}

/** In the order in which reports list them: what needs work first. */
export const VERDICTS: Readonly<Record<Verdict, Word>> = {
  not_met: {
    word: 'Not met',
    means:
      'Under a direct or partial source, at least one subject fails at the end of the period and no valid exception covers it.',
  },
  inconclusive: {
    word: 'Inconclusive',
    means:
      'Nothing is known to fail, but the evidence does not reach: too few days were observed, or subjects could not be judged. It is neither a pass nor a failure.',
  },
  awaiting_attestation: {
    word: 'Awaiting attestation',
    means: 'A person has to provide a statement or a document, and no valid one is on record.',
  },
  not_assessed: { word: 'Not assessed', means: 'No source of this control was observed in the period.' },
  met_with_exceptions: {
    word: 'Met with exceptions',
    means:
      'Compliant at the end of the period, but something failed within it or an accepted exception covers a failure. Each interval is listed.',
  },
  met: {
    word: 'Met',
    means:
      'Every direct source was compliant on every observed day, coverage of the period reached the threshold, and what people had to provide is on record.',
  },
  not_applicable: { word: 'Not applicable', means: 'Declared out of scope, with a reason and an approver.' },
};

export const OUTCOMES: Readonly<Record<Outcome, Word>> = {
  compliant: { word: 'Compliant', means: 'The expression was true for this subject, or AWS judged it compliant.' },
  non_compliant: {
    word: 'Failing',
    means: 'The expression was false for this subject, or AWS judged it non-compliant.',
  },
  not_applicable: {
    word: 'Not applicable',
    means: 'The test does not concern this subject; it is counted and set aside.',
  },
  inconclusive: {
    word: 'Inconclusive',
    means: 'AWS was asked, but the answer was an error or a needed fact could not be read. The real error is kept.',
  },
};

export const STRENGTHS: Readonly<Record<'direct' | 'partial' | 'supporting', Word>> = {
  direct: { word: 'Direct', means: 'The evidence itself shows the requirement met for the AWS resources in scope.' },
  partial: {
    word: 'Partial',
    means: 'The evidence answers a part of the test; it can lower a verdict, never raise it alone.',
  },
  supporting: { word: 'Supporting', means: 'Context for the reader; shown, never counted.' },
};

export const RESPONSIBILITIES: Readonly<Record<ControlResult['responsibility'], Word>> = {
  customer: { word: 'Customer', means: 'The organisation that uses AWS answers for this control.' },
  shared: {
    word: 'Shared with AWS',
    means:
      'AWS answers for the infrastructure below its services, the organisation for how it configures and uses them. This section shows the part of the organisation; the part of AWS is in the AWS assurance reports that AWS Artifact offers.',
  },
  aws: {
    word: 'Inherited from AWS',
    means:
      'AWS operates this control. Obtain the current AWS assurance report for the services in use from AWS Artifact and file it as manual evidence.',
  },
};
