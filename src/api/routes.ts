import type { Route } from './route.ts';
import { ACCESS_ROUTES } from './routes/accesses.ts';
import { ALERT_ROUTES } from './routes/alerts.ts';
import { ASSESSMENT_ROUTES } from './routes/assessments.ts';
import { ATTACHMENT_ROUTES } from './routes/attachments.ts';
import { EVIDENCE_ROUTES } from './routes/evidence.ts';
import { HEALTH_ROUTES } from './routes/health.ts';
import { LEDGER_ROUTES } from './routes/ledger.ts';
import { META_ROUTES } from './routes/meta.ts';
import { REPORT_ROUTES } from './routes/reports.ts';
import { RUN_ROUTES } from './routes/runs.ts';
import { STATEMENT_ROUTES } from './routes/statements.ts';

/** Every operation of the API, each with the roles that may ask for it. docs/API.md shows them as a table. */
export const ROUTES: readonly Route[] = [
  ...META_ROUTES,
  ...ASSESSMENT_ROUTES,
  ...EVIDENCE_ROUTES,
  ...ALERT_ROUTES,
  ...RUN_ROUTES,
  ...STATEMENT_ROUTES,
  ...ATTACHMENT_ROUTES,
  ...REPORT_ROUTES,
  ...LEDGER_ROUTES,
  ...ACCESS_ROUTES,
  ...HEALTH_ROUTES,
];
