import type { JsonObject } from '../../model/json.ts';
import type { Context } from './context.ts';
import { prop, props } from './parts.ts';
import { line, markup, markupLine } from './text.ts';

/** Files of the pack, relative to the folder of this document. */
const FILES: readonly (readonly [href: string, mediaType: string, title: string])[] = [
  ['report.pdf', 'application/pdf', 'Signed report'],
  ['report.json', 'application/json', 'The whole assessment, machine-readable'],
  ['controls.csv', 'text/csv', 'One row for each control'],
  ['evidence.csv', 'text/csv', 'One row for each item of evidence'],
  ['failing.csv', 'text/csv', 'One row for each failing interval'],
  ['exceptions.csv', 'text/csv', 'One row for each accepted risk'],
  ['not-collected.csv', 'text/csv', 'One row for each read that failed'],
  ['runs.csv', 'text/csv', 'One row for each run'],
  ['samples.csv', 'text/csv', 'One row for each subject that was drawn, and each call behind it'],
  ['ocsf-findings.jsonl', 'application/jsonl', 'States at the end of the period, as OCSF'],
  ['evidence/bodies.jsonl', 'application/jsonl', 'Bodies of the evidence, as hashed by the ledger'],
];

const fileId = (context: Context, href: string): string => context.own('file', href);

/** The assessment plan is what the ledger pinned: `import-ap` points at it. */
export const planId = (context: Context): string => context.own('plan');

export function* resources(context: Context): Generator<JsonObject> {
  yield plan(context);
  yield framework(context);
  yield ledger(context);
  yield certificate(context);
  for (const [href, mediaType, title] of FILES) {
    yield { uuid: fileId(context, href), title: markupLine(title), rlinks: [{ href, 'media-type': mediaType }] };
  }
}

/** Links of the document to the report that people read, and to the one that everything is rendered from. */
export const reportLinks = (context: Context): JsonObject[] =>
  ['report.pdf', 'report.json'].map((href) => ({ href: `#${fileId(context, href)}`, rel: 'alternate' }));

function plan(context: Context): JsonObject {
  const { framework, scope, period, coverageThreshold, ledger } = context.report;
  return {
    uuid: planId(context),
    title: markupLine('Definition of the assessment, as pinned in the ledger'),
    description: markup(
      `Framework ${framework.id}, ${scope.accounts.length} accounts, ${scope.regions.length} regions, ${period.from} to ${period.to} in UTC days, both included. The definition and the framework were sealed in the ledger ${ledger.origin} before the assessment was made. It is no OSCAL assessment plan; report.json holds its content.`,
    ),
    props: props({
      'framework-sha256': framework.sha256,
      'coverage-threshold': coverageThreshold,
      'period-from': period.from,
      'period-to': period.to,
    }),
    rlinks: [{ href: 'report.json', 'media-type': 'application/json' }],
  };
}

function framework(context: Context): JsonObject {
  const { id, title, version, publisher, sha256, controls } = context.report.framework;
  return {
    uuid: context.own('framework'),
    title: markupLine(`${title}, ${version}`),
    description: markup(`Requirements of ${publisher}, in our own words; ids are theirs.`),
    props: props({ 'framework-id': id, 'framework-version': version, 'framework-sha256': sha256, controls }),
    'document-ids': [{ identifier: line(id) }],
  };
}

function ledger(context: Context): JsonObject {
  const { origin, size, root, verifierKey } = context.report.ledger;
  return {
    uuid: context.own('ledger'),
    title: markupLine(`Ledger ${origin} at size ${size}`),
    description: markup('Append-only ledger (C2SP tlog-tiles). Every item of evidence has a proof under proofs.'),
    props: [
      ...props({ 'ledger-origin': origin, 'ledger-size': size, 'ledger-root': root }),
      prop('verifier-key', verifierKey),
    ],
    rlinks: [{ href: 'proofs/checkpoint' }, { href: 'trust/checkpoint.vkey' }],
  };
}

function certificate(context: Context): JsonObject {
  const { subject, issuer, sha256, notAfter, at } = context.report.signing;
  return {
    uuid: context.own('certificate'),
    title: markupLine('Certificate that signs the report'),
    description: markup(subject),
    props: props({
      'certificate-subject': subject,
      'certificate-issuer': issuer,
      'certificate-sha256': sha256,
      'certificate-not-after': notAfter,
      'signing-time': at,
    }),
    rlinks: [{ href: 'trust/signing.pem', 'media-type': 'application/x-pem-file' }],
  };
}
