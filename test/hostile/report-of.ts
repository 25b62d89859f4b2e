import type { ControlResult, EvidenceItem, Report } from '../../src/model/report.ts';
import { Report as ReportSchema } from '../../src/model/report.ts';
import { control, interval, sampleEvidence, sampleReport, source } from '../report/sample-report.ts';
import { HOSTILE } from './corpus.ts';

const PLACE = { account: '111122223333', region: 'eu-west-1' } as const;
const AT = '2026-01-15T02:00:00.000Z';
/** Where ten characters are the least. */
const atLeast = (text: string): string => `${text}..........`;
const some = (text: string): string => (text === '' ? '-' : text);

/** A report with one control for each text, which has it wherever a report can hold a text from outside. */
export function hostileReport(texts: readonly string[] = HOSTILE.map((it) => it.text)): Report {
  const report = sampleReport({
    controls: texts.map(controlOf),
    limitations: texts.map((it) => `${it}.`),
    exceptions: texts.map((text, at) => ({
      id: `EX-${at}`,
      source: 'check:s3-bucket-tls-only',
      subject: text,
      owner: some(text),
      approver: some(text),
      approved: '2026-01-10',
      expires: '2026-06-30',
      reason: atLeast(text),
      state: 'in_force',
      subjects: [text],
    })),
    notCollected: texts.map((text) => ({
      ...PLACE,
      service: 's3',
      failure: failureOf(text),
      first: AT,
      last: AT,
      runs: 1,
      subjects: 1,
      controls: ['CC6.1'],
    })),
    coverage: {
      ...sampleReport().coverage,
      gaps: texts.map((cause) => ({ from: '2026-02-01', to: '2026-02-01', cause })),
    },
    samples: [{ source: 'check:s3-bucket-tls-only', population: texts.length, items: texts.map(sampleOf) }],
    signOff: texts.slice(0, 3).map((text) => ({ role: 'reviewed', name: some(text), title: text, on: '2026-02-20' })),
  });
  return ReportSchema.parse(report);
}

const failureOf = (text: string) =>
  ({
    operation: 's3:GetBucketPolicy',
    kind: 'rejected',
    name: text,
    message: text,
    status: 400,
    requestId: text,
  }) as const;

function controlOf(text: string, at: number): ControlResult {
  const failing = [interval({ subject: text, name: text, reason: text, entries: [4000 + at] })];
  const unread = {
    ...PLACE,
    subject: `unread ${text}`,
    since: AT,
    reason: text,
    failure: failureOf(text),
    entry: 5000 + at,
  };
  return control({
    id: `CC6.${at}`,
    title: `Control ${at} ${text}`,
    verdict: 'not_met',
    reasons: [text],
    description: text,
    testing: text,
    actionPlan: text,
    sources: [
      source({
        title: `Source ${text}`,
        why: text,
        applies: text,
        expect: text,
        remediation: text,
        params: { text, [text === '__proto__' ? 'proto' : text]: [text] },
        counts: { compliant: 40, non_compliant: 1, not_applicable: 0, inconclusive: 1 },
        failing,
        inconclusive: [unread],
      }),
    ],
    manual: [
      {
        ask: `Ask ${text}`,
        renew: '1y',
        status: 'valid',
        attestation: {
          control: `CC6.${at}`,
          ask: `Ask ${text}`,
          by: some(text),
          on: '2026-01-12',
          expires: '2026-12-31',
          statement: atLeast(text),
        },
      },
    ],
    review: {
      control: `CC6.${at}`,
      reviewer: some(text),
      on: '2026-02-20',
      conclusion: 'effective',
      comment: atLeast(text),
      newer: null,
    },
  });
}

function sampleOf(text: string, at: number): Report['samples'][number]['items'][number] {
  return {
    ...PLACE,
    entry: 4000 + at,
    body: 'a'.repeat(64),
    at: AT,
    subject: text,
    name: text,
    outcome: 'non_compliant',
    reason: text,
    calls: [
      {
        operation: 's3:GetBucketPolicy',
        requestId: text,
        caller: text,
        at: AT,
        object: 'b'.repeat(64),
        line: 1,
        sha256: 'c'.repeat(64),
      },
    ],
  };
}

/** An item of evidence for each text. */
export function hostileEvidence(texts: readonly string[] = HOSTILE.map((it) => it.text)): EvidenceItem[] {
  const [item] = sampleEvidence() as [EvidenceItem];
  return texts.map((text, at) => ({
    ...item,
    entry: 4000 + at,
    subject: text,
    name: text,
    reason: text,
    resourceType: text,
  }));
}
