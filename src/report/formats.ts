import { dataDictionary } from './csv/data-dictionary.ts';
import type { ReportFormat } from './format.ts';
import { format as controlsCsv } from './formats/controls-csv.ts';
import { format as evidenceCsv } from './formats/evidence-csv.ts';
import { format as exceptionsCsv } from './formats/exceptions-csv.ts';
import { format as failingCsv } from './formats/failing-csv.ts';
import { format as notCollectedCsv } from './formats/not-collected-csv.ts';
import { format as ocsfFindingsJsonl } from './formats/ocsf-findings-jsonl.ts';
import { format as oscalAssessmentResultsJson } from './formats/oscal-assessment-results-json.ts';
import { format as reportJson } from './formats/report-json.ts';
import { format as runsCsv } from './formats/runs-csv.ts';
import { format as samplesCsv } from './formats/samples-csv.ts';
import { format as sourcesCsv } from './formats/sources-csv.ts';

/** One entry for each file of `formats/`; these and the imports are written by `npm run generate`. */
const FILES: readonly ReportFormat[] = [
  controlsCsv,
  evidenceCsv,
  exceptionsCsv,
  failingCsv,
  notCollectedCsv,
  ocsfFindingsJsonl,
  oscalAssessmentResultsJson,
  reportJson,
  runsCsv,
  samplesCsv,
  sourcesCsv,
];

/**
 * Every file that a report is rendered to, by name. The PDF is not among them: it embeds
 * `report.json` and is signed from within, so `renderPdf` has a contract of its own.
 */
export const FORMATS: ReadonlyMap<string, ReportFormat> = new Map(
  [...FILES, dataDictionary(FILES)].map((format) => [format.name, format]),
);
