import type { Report } from '../../model/report.ts';
import { appendix } from './parts/appendix.ts';
import { changes } from './parts/changes.ts';
import { contents } from './parts/contents.ts';
import { results } from './parts/control-section.ts';
import { cover } from './parts/cover.ts';
import { coverage } from './parts/coverage.ts';
import { exceptionsRegister } from './parts/exceptions.ts';
import { findings } from './parts/findings.ts';
import { method } from './parts/method.ts';
import { overview } from './parts/overview.ts';
import { responsibilities } from './parts/responsibilities.ts';
import { signOff } from './parts/sign-off.ts';
import { summary } from './parts/summary.ts';
import { type PdfOptions, type Section, writeDocument } from './write-document.ts';

export type { PdfOptions } from './write-document.ts';

/** The parts of the report in order; each writes itself from its first page on. */
const SECTIONS: readonly Section[] = [
  cover,
  contents,
  summary,
  findings,
  changes,
  method,
  coverage,
  responsibilities,
  overview,
  results,
  exceptionsRegister,
  appendix,
  signOff,
];

/**
 * Renders a report as a tagged PDF (PDF/A-3a, PDF/UA-1) with bookmarks and embedded fonts, as a stream.
 * Reads nothing but its arguments and the fonts beside it; the same arguments give the same bytes.
 */
export function renderPdf(report: Report, options: PdfOptions): AsyncGenerator<Uint8Array> {
  return writeDocument(report, options, SECTIONS);
}
