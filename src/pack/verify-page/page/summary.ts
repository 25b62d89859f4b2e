import { VERDICTS } from '../../../report/words.ts';
import type { Summary } from '../summary.ts';
import { code, definitions, el } from './dom.ts';

/** What the pack says that it is. `trusted` is whether it was verified: if not, the heading says so. */
export function summaryView({ report, ...it }: Summary, ok: boolean): HTMLElement {
  const { framework, period, ledger, signing, summary } = report;
  const verdicts = Object.entries(VERDICTS).map(([verdict, { word }]): [string, number] => [
    word,
    summary.verdicts[verdict as keyof typeof VERDICTS] ?? 0,
  ]);
  return el(
    'section',
    { 'aria-labelledby': 'summary-head' },
    el('h2', { id: 'summary-head' }, ok ? 'What was verified' : 'What the refused pack says of itself'),
    definitions([
      ['Report', report.title],
      ['Pack', code(report.id)],
      ['Framework', `${framework.title}, version ${framework.version} (${framework.publisher})`],
      ['Period', `${period.from} to ${period.to}: ${report.days} days, ${it.observedDays} of them observed`],
      ['Accounts', list(it.accounts)],
      ['Regions', list(it.regions)],
      ['Evidence', `${count(summary.evidence)} items about ${count(summary.resources)} resources`],
      [
        'Controls',
        `${count(framework.controls)}: ${verdicts
          .filter(([, n]) => n > 0)
          .map(([word, n]) => `${n} ${word.toLowerCase()}`)
          .join(', ')}`,
      ],
      ['Failing subjects', `${count(summary.failing)} at the end of the period without an exception`],
      ['Made by', report.software],
      ['Evidence as of', report.asOf],
    ]),
    el('h3', {}, 'Keys and hashes to compare with what you got from elsewhere'),
    definitions([
      ['Ledger', code(ledger.origin)],
      ['Ledger size', `${count(ledger.size)} entries`],
      ['Ledger root hash', code(ledger.root)],
      ['Ledger key', code(ledger.verifierKey)],
      ['Root certificate, SHA-256', it.rootSha256 === undefined ? undefined : fingerprint(it.rootSha256)],
      ['Signed by', signing.subject],
      ['Issued by', signing.issuer],
      ['Signing certificate, SHA-256', fingerprint(signing.sha256)],
      ['Signing certificate valid to', signing.notAfter],
      ['Claimed time of signing', signing.at],
    ]),
    el(
      'details',
      { class: 'checkpoint' },
      el('summary', {}, 'The checkpoint: keep it, the next pack must extend it'),
      el('pre', { tabindex: '0' }, ledger.checkpoint),
    ),
  );
}

const count = (value: number): string => value.toLocaleString('en-GB');

/** As OpenSSL writes fingerprints, so that the two can be compared by eye. */
function fingerprint(hex: string): HTMLElement {
  const bytes = hex.toUpperCase().match(/../g) ?? [];
  return el('code', {}, ...bytes.flatMap((it, at) => (at === 0 ? [it] : [':', el('wbr', {}), it])));
}

/** Names of accounts and regions that are listed; a large organisation has thousands. */
const LISTED = 30;

function list(names: readonly string[]): string {
  const hidden = names.length - LISTED;
  return `${names.length}: ${names.slice(0, LISTED).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}
