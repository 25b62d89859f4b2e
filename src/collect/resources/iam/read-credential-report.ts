import { z } from 'zod';
import { RetrievalFailure } from '../../failure.ts';
import type { Aws } from '../../service.ts';
import { once } from '../shared/once.ts';
import { CredentialReport, type ReportRow } from './credential-report.ts';

const GENERATE = 'iam:GenerateCredentialReport';
const GET = 'iam:GetCredentialReport';

/** IAM takes some seconds for a report; twelve tries, two seconds apart, bound the wait to about 22 s. */
const TRIES = 12;
const PAUSE_MS = 2000;

const Generation = z.object({ State: z.enum(['STARTED', 'INPROGRESS', 'COMPLETE']) });

/**
 * A reader of the credential report for one population: the first fact that asks has it generated (or
 * finds one younger than four hours), and every fact then reads it through its own `Aws`, so that its
 * evidence names the retrieval. A report that could not be generated fails each of these facts.
 */
export function credentialReportReader(): (aws: Aws) => Promise<CredentialReport> {
  const generated = once(generate);
  return async (aws) => {
    await generated(aws);
    return aws.get(GET, {}, CredentialReport);
  };
}

/** The row of one identity by its ARN; a report without it leaves the fact unknown. */
export function rowOf(report: CredentialReport, arn: string): ReportRow {
  const row = report.rows.get(arn);
  if (row === undefined) throw unknownTo(report, `no row for ${arn}`);
  return row;
}

/** A failure for what the report should say and does not. */
export function unknownTo(report: CredentialReport, what: string): RetrievalFailure {
  const message = `the credential report of ${report.generatedAt} has ${what}; IAM makes a new one after four hours`;
  return new RetrievalFailure({
    operation: GET,
    kind: 'unsupported',
    name: 'IncompleteCredentialReport',
    message,
    status: null,
    requestId: null,
  });
}

async function generate(aws: Aws): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const { State } = await aws.get(GENERATE, {}, Generation, { fresh: true });
    if (State === 'COMPLETE') return;
    if (attempt < TRIES) await aws.pause(PAUSE_MS);
  }
  throw new RetrievalFailure({
    operation: GENERATE,
    kind: 'timeout',
    name: 'ReportInProgress',
    message: `expected the credential report to be complete after ${TRIES} tries`,
    status: null,
    requestId: null,
  });
}
