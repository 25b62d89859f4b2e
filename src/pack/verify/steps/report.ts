import type { Report } from '../../../model/report.ts';
import { Verdict } from '../../../model/verdict.ts';
import { RENDERING } from '../../../report/format.ts';
import { PATHS } from '../../paths.ts';
import type { Pack } from '../pack.ts';
import { MAX_REPORT } from '../pack.ts';
import { embeddedFile } from '../pdf.ts';
import { renderingFindings } from '../renderings.ts';
import type { Finding, StepOutcome } from '../types.ts';

const MAX_PDF = 2 * 1024 * 1024 * 1024 - 1;

/**
 * report.json is a report, adds up, and is the one that the PDF has attached; and every other
 * rendering of it in the pack is what it and the evidence give, byte for byte.
 */
export async function report(pack: Pack): Promise<StepOutcome> {
  const found = await pack.report();
  const findings = sums(found).map((message): Finding => ({ file: PATHS.json, message }));
  const notes: string[] = [];
  const attached = await attachedReport(pack);
  if (attached === undefined)
    notes.push(`The copy of report.json in ${PATHS.pdf} was not found, so it was not compared.`);
  else if (!attached.equals(await pack.bytes(PATHS.json, MAX_REPORT))) {
    findings.push({ file: PATHS.pdf, message: 'has another report.json attached than the pack holds' });
  }
  const bodies = await pack.bodies().catch(() => undefined);
  if (found.rendering !== RENDERING)
    notes.push(
      `The tables are renderings of version ${found.rendering}, and this is version ${RENDERING}: they were not compared.`,
    );
  else if (bodies?.findings.length === 0) findings.push(...(await renderingFindings(pack)));
  else notes.push('The tables were not rendered again, because the evidence is not right.');
  return { findings, notes };
}

async function attachedReport(pack: Pack): Promise<Buffer | undefined> {
  const pdf = await pack.bytes(PATHS.pdf, MAX_PDF);
  return embeddedFile(Buffer.from(pdf.buffer, pdf.byteOffset, pdf.length), MAX_REPORT);
}

function sums(report: Report): string[] {
  const { controls, summary, framework } = report;
  const verdicts = Verdict.options.map((verdict): [string, number, number] => [
    `summary.verdicts.${verdict}`,
    summary.verdicts[verdict] ?? 0,
    controls.filter((it) => it.verdict === verdict).length,
  ]);
  const compared: [string, number, number][] = [
    ...verdicts,
    ['framework.controls', framework.controls, controls.length],
    ['coverage.observedDays', report.coverage.observedDays, observedDays(report.coverage.days)],
  ];
  const wrong = compared.filter(([, said, counted]) => said !== counted);
  return [
    ...wrong.map(([name, said, counted]) => `${name}: it says ${said}, its parts give ${counted}`),
    ...controls.flatMap(({ id, sources }) =>
      sources.flatMap((it) => sourceSums(it).map((message) => `${id}, ${it.source}: ${message}`)),
    ),
  ];
}

const observedDays = (strip: string): number => [...strip].filter((code) => code !== '.').length;

function sourceSums(source: Report['controls'][number]['sources'][number]): string[] {
  // A day on which some population could not be listed is not an observed one.
  const observed = observedDays(source.days.replaceAll('x', '.'));
  return observed === source.observedDays
    ? []
    : [`observedDays: it says ${source.observedDays}, its days give ${observed}`];
}
