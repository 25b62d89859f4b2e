import type { JsonObject } from '../../model/json.ts';
import type { Report } from '../../model/report.ts';
import { accountComponents, assessmentAssets, inventoryItems } from './assets.ts';
import { arrayText, type JsonText, objectText, singleText, utf8Chunks, valueText } from './canonical-stream.ts';
import { type Context, contextOf } from './context.ts';
import { controlObjectives, reviewedControls } from './controls.ts';
import { findings } from './findings.ts';
import { observations } from './observations.ts';
import { endOfDay, prop, props, startOfDay } from './parts.ts';
import { parties, responsibleParties, roles } from './people.ts';
import { planId, reportLinks, resources } from './resources.ts';
import { risks } from './risks.ts';
import { line, markup, markupLine } from './text.ts';

/** The release of the schema that the document is written to; it is valid under 1.1.3 too. */
export const OSCAL_VERSION = '1.2.1';

/**
 * An OSCAL assessment-results document as canonical JSON (RFC 8785) and a line feed. It is made while it is read, one observation,
 * finding or risk at a time, and its size grows with controls and sources, not with what fails under them.
 */
export function* assessmentResults(report: Report): Generator<Uint8Array> {
  yield* utf8Chunks(documentText(contextOf(report)));
}

function* documentText(context: Context): Generator<string> {
  yield* objectText({
    'assessment-results': objectText({
      uuid: valueText(context.own('document')),
      metadata: valueText(metadata(context)),
      'import-ap': valueText({ href: `#${planId(context)}` }),
      'local-definitions': objectText({ 'objectives-and-methods': arrayText(controlObjectives(context)) }),
      results: singleText(resultText(context)),
      'back-matter': objectText({ resources: arrayText(resources(context)) }),
    }),
  });
  yield '\n';
}

function resultText(context: Context): JsonText {
  const { report } = context;
  return objectText({
    uuid: valueText(context.own('result')),
    title: valueText(markupLine(report.title)),
    description: valueText(markup(description(report))),
    start: valueText(startOfDay(report.period.from)),
    end: valueText(endOfDay(report.period.to)),
    props: valueText(resultProps(report)),
    'local-definitions': objectText({
      components: arrayText(accountComponents(context)),
      'inventory-items': arrayText(inventoryItems(context)),
      'assessment-assets': valueText(assessmentAssets(context)),
    }),
    'reviewed-controls': valueText(reviewedControls(context)),
    observations: arrayText(observations(context)),
    risks: arrayText(risks(context)),
    findings: arrayText(findings(context)),
    remarks: valueText(markup(...remarks(report))),
  });
}

function metadata(context: Context): JsonObject {
  const { report } = context;
  const { id, title, asOf, signing, ledger, software, rendering, framework } = report;
  return {
    title: markupLine(title),
    published: signing.at,
    'last-modified': asOf,
    version: line(`${id} at ledger size ${ledger.size}`),
    'oscal-version': OSCAL_VERSION,
    'document-ids': [{ identifier: line(id) }],
    props: [...props({ software, rendering, 'framework-id': framework.id, 'time-zone': report.timeZone })],
    links: reportLinks(context),
    roles: roles(),
    parties: parties(context),
    'responsible-parties': responsibleParties(context),
  };
}

function description({ framework, period, scope, days, coverage }: Report): string {
  return `${framework.title}, ${framework.version}, over ${period.from} to ${period.to}: ${scope.accounts.length} accounts, ${scope.regions.length} regions; runs on ${coverage.observedDays} of ${days} days.`;
}

function resultProps({ summary, ledger, coverage, coverageThreshold, days, signing }: Report): JsonObject[] {
  const verdicts = Object.entries(summary.verdicts).sort();
  return [
    ...verdicts.map(([verdict, count]) => ({ ...prop('controls', count), class: verdict })),
    ...props({
      resources: summary.resources,
      evidence: summary.evidence,
      failing: summary.failing,
      remediated: summary.remediated,
      days,
      'observed-days': coverage.observedDays,
      'coverage-threshold': coverageThreshold,
      'expected-tasks': coverage.expectedTasks,
      'failed-tasks': coverage.failedTasks,
      'ledger-origin': ledger.origin,
      'ledger-size': ledger.size,
      'ledger-root': ledger.root,
      'certificate-sha256': signing.sha256,
    }),
  ];
}

/** What the reader must know about the limits of all this. */
function remarks({ limitations, notCollected, coverage }: Report): string[] {
  return [
    ...coverage.gaps.map((it) => `Gap in the observation, ${it.from} to ${it.to}: ${it.cause}`),
    ...(notCollected.length > 0
      ? [`Reads that failed in the period: ${notCollected.length}, each with its error in not-collected.csv.`]
      : []),
    ...limitations,
  ];
}
