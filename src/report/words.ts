import type { Outcome } from '../model/evidence.ts';
import type { ControlResult } from '../model/report.ts';
import type { FailureKind } from '../model/retrieval.ts';
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
  not_assessed: {
    word: 'Not assessed',
    means: 'No source that counts was observed in the period, and nothing is outstanding from people.',
  },
  met_with_exceptions: {
    word: 'Met with exceptions',
    means:
      'Compliant at the end of the period, but something failed within it or an accepted exception covers a failure. Each interval is listed.',
  },
  met: {
    word: 'Met',
    means:
      'No source that counts found a failure in the period, coverage of the period reached the threshold, no subject was left open, and what people had to provide is on record and valid.',
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

/** Why a read gave no answer, for readers who do not know the interfaces of AWS. */
export const FAILURES: Readonly<Record<FailureKind, Word>> = {
  denied: {
    word: 'Denied',
    means: 'AWS refused the read: the collecting role lacks a permission, or a policy denies it.',
  },
  throttled: { word: 'Throttled', means: 'AWS took no more requests at that time, also after retries.' },
  timeout: { word: 'Timed out', means: 'No answer came within the time allowed.' },
  network: { word: 'Network', means: 'No connection to AWS could be made or kept.' },
  server: { word: 'Error in AWS', means: 'The service answered with an error of its own.' },
  unparsable: { word: 'Unreadable answer', means: 'AWS answered with something that is not a valid answer.' },
  unsupported: { word: 'Not offered', means: 'The service or the operation is not offered in that region or account.' },
  too_large: { word: 'Too large', means: 'The answer was larger than what is read.' },
  not_recorded: { word: 'Not in the recording', means: 'A recording was played, and it has no such call.' },
  rejected: { word: 'Rejected', means: 'The service rejected the request for another reason, which it names.' },
};

/** Words with a meaning of their own in this report, in the order of the alphabet. */
export const TERMS: readonly Word[] = [
  {
    word: 'Attestation',
    means: 'What a person stated for a control: a statement, with name, date, an end of validity and perhaps a file.',
  },
  { word: 'Check', means: 'One expression that judges each subject of one type by its facts.' },
  {
    word: 'Checkpoint',
    means:
      'Size and root of the ledger at one time, signed. Two checkpoints of one ledger show whether the later one only added.',
  },
  {
    word: 'Control',
    means: 'One requirement of the framework. It has sources, requests to people, or both.',
  },
  {
    word: 'Coverage',
    means:
      'The share of the days of the period on which a source was observed completely in every account and region in scope, or failed somewhere.',
  },
  {
    word: 'Entry',
    means: 'One numbered item of the ledger, written as #1234. It never changes and its number never does.',
  },
  {
    word: 'Evidence item',
    means:
      'An entry about one subject under one source: its outcome, the reason, and the recorded calls that it was derived from.',
  },
  {
    word: 'Exception',
    means: 'An accepted risk: who accepted which failures, why, and until when. It never turns a failure into a pass.',
  },
  {
    word: 'Fact',
    means:
      'One property of a subject, derived from recorded answers. A fact that could not be read is unknown, not false.',
  },
  {
    word: 'Keyframe',
    means: 'An evidence item that was written though nothing had changed, so that each month holds every state.',
  },
  {
    word: 'Ledger',
    means: 'The append-only list of everything that was collected. Its root is a digest that changes with every entry.',
  },
  {
    word: 'Observation',
    means:
      'What one run saw under one source in one account and region: how many subjects, with which outcomes, and a digest over all of them.',
  },
  {
    word: 'Period',
    means: 'The days that the report is about, both ends included, in UTC.',
  },
  { word: 'Population', means: 'All subjects of a source in the accounts and regions in scope, as AWS listed them.' },
  {
    word: 'Retrieval',
    means: 'One recorded call to AWS: what was asked, when and as whom, and the answer or the error.',
  },
  {
    word: 'Review',
    means: 'What a named person concluded on a control, and how much evidence came after the report that was reviewed.',
  },
  {
    word: 'Run',
    means:
      'One pass over the accounts and regions in scope. It is complete when every task that it planned was collected without a failed read.',
  },
  {
    word: 'Sample',
    means: 'Subjects drawn from the population of a source by a rule that gives everybody the same ones.',
  },
  {
    word: 'Source',
    means:
      'Where evidence for a control comes from: a check, a rule of AWS Config, a control of AWS Security Hub, or a selector of CloudTrail events.',
  },
  { word: 'Subject', means: 'What is judged: a resource, an account, or an event.' },
  { word: 'Task', means: 'One service in one account and region, as one run planned it.' },
];
