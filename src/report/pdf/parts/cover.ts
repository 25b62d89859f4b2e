import type { Report } from '../../../model/report.ts';
import { count, longDay, plural } from '../../numbers.ts';
import { zoned } from '../../times.ts';
import { facts } from '../elements/blocks.ts';
import { type Book, PLACES } from '../elements/book.ts';
import { type Canvas, newPage, setLabel } from '../file/canvas.ts';
import { artifact, within } from '../file/tags.ts';
import { fillBox } from '../shapes.ts';
import { paragraph } from '../text/text.ts';
import { COLORS, STYLES } from '../theme.ts';

/** More accounts than this stand in the appendix only. */
export const ACCOUNTS_ON_COVER = 24;

/** First page: what this is about, and what it can be checked against. */
export function cover({ canvas, report }: Book): void {
  setLabel(canvas, '');
  newPage(canvas);
  mark(canvas);
  within(canvas, 'Sect', () => {
    canvas.y = canvas.frame.top + 78;
    paragraph(canvas, 'Assessment report', { style: { ...STYLES.h4, color: COLORS.accent }, after: 6 });
    paragraph(canvas, report.title, { style: STYLES.title, type: 'H1', after: 6 });
    const { title, version } = report.framework;
    paragraph(canvas, `${title}, version ${version}`, { style: STYLES.subtitle, after: 2 });
    const period = `${longDay(report.period.from)} to ${longDay(report.period.to)}`;
    paragraph(canvas, `${period} (${plural(report.days, 'day')}, UTC)`, { style: STYLES.subtitle, after: 34 });
    group(canvas, 'Scope');
    facts(canvas, scopeFacts(report), { after: 16 });
    group(canvas, 'What this report can be checked against');
    facts(canvas, proofFacts(report), { style: { ...STYLES.body, size: 8.75 }, after: 16 });
    const steps = { text: 'How to verify this report', link: PLACES.verification };
    const how = [
      'Compare the root and the fingerprint with values you obtained another way. Step by step: ',
      steps,
      '.',
    ];
    paragraph(canvas, how, { style: STYLES.note });
  });
}

/** The witness mark: two parts, and a line across both that shows whether they were moved. */
function mark(canvas: Canvas): void {
  const { left, top } = canvas.frame;
  artifact(canvas, () => {
    fillBox(canvas, { x: left, y: top - 14, width: 17, height: 17 }, COLORS.accent);
    fillBox(canvas, { x: left + 19, y: top - 14, width: 17, height: 17 }, COLORS.rule);
    fillBox(canvas, { x: left + 6, y: top - 6.7, width: 11, height: 2.4 }, COLORS.white);
    fillBox(canvas, { x: left + 19, y: top - 6.7, width: 11, height: 2.4 }, COLORS.white);
  });
}

function group(canvas: Canvas, name: string): void {
  const { left, width } = canvas.frame;
  const y = canvas.y;
  artifact(canvas, () => fillBox(canvas, { x: left, y, width, height: 0.8 }, COLORS.rule));
  canvas.y += 9;
  paragraph(canvas, name, { style: STYLES.h4, type: 'H2', after: 7 });
}

function scopeFacts(report: Report): [string, string][] {
  const { accounts, regions } = report.scope;
  const shown = accounts.slice(0, ACCOUNTS_ON_COVER).join(', ');
  const rest = accounts.length - ACCOUNTS_ON_COVER;
  const more = rest > 0 ? ` … and ${count(rest)} more, all listed in the appendix` : '';
  return [
    [
      'Framework',
      `${report.framework.title} (${report.framework.publisher}), ${plural(report.framework.controls, 'control')}`,
    ],
    [accounts.length === 1 ? 'AWS account' : 'AWS accounts', shown + more],
    ['Regions', `${regions.join(', ')}; services without a region are always included`],
    ['Evidence as of', zoned(report.asOf, report.timeZone)],
    ['Report made', zoned(report.signing.at, report.timeZone)],
    ['Basis', `${plural(report.summary.evidence, 'evidence item')} on ${plural(report.summary.resources, 'resource')}`],
  ];
}

function proofFacts(report: Report): [string, readonly { text: string; face?: 'mono' }[]][] {
  const mono = (text: string): [{ text: string; face: 'mono' }] => [{ text, face: 'mono' }];
  return [
    [
      'Ledger',
      [
        { text: report.ledger.origin, face: 'mono' },
        { text: `  at ${plural(report.ledger.size, 'entry', 'entries')}` },
      ],
    ],
    ['Ledger root', mono(report.ledger.root)],
    ['Verifier key', mono(report.ledger.verifierKey)],
    [
      'Signing certificate',
      [{ text: `${report.signing.subject}, valid until ${report.signing.notAfter.slice(0, 10)}` }],
    ],
    ['Issued by', [{ text: report.signing.issuer }]],
    ['SHA-256 fingerprint', mono(report.signing.sha256)],
    ['Framework definition', mono(`sha256:${report.framework.sha256}`)],
    ['Made with', [{ text: report.software }]],
  ];
}
