import type { Json, JsonObject } from '../../model/json.ts';
import type { EvidenceItem, FailingInterval, Report } from '../../model/report.ts';
import { uuidOf } from '../uuid.ts';
import type { Judge } from './judge.ts';
import { placeKey } from './last-states.ts';
import { type Status, statusOf } from './status.ts';

/** The release of OCSF that the findings are written to; Security Hub speaks it too. */
export const OCSF_VERSION = '1.6.0';

/** Class Compliance Finding, activity Create: each line is made for this report. */
const CLASS = {
  activity_id: 1,
  activity_name: 'Create',
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2003,
  class_name: 'Compliance Finding',
  type_uid: 200301,
  type_name: 'Compliance Finding: Create',
};
/** Checks have no severity of their own, so none is claimed for what fails or is not known. */
const SEVERITY_UNKNOWN = { severity_id: 0, severity: 'Unknown' };
const INFORMATIONAL = { severity_id: 1, severity: 'Informational' };
const PASSED_OR_ASIDE = new Set([1, 99]);

/** What the lines of one report have in common. */
export interface Frame {
  readonly report: Report;
  readonly standards: readonly string[];
  /** Attributes that are the same in every line, with which it begins. */
  readonly head: JsonObject;
}

export function frameOf(report: Report): Frame {
  const { framework, software, ledger, id } = report;
  const space = software.lastIndexOf(' ');
  const metadata = {
    version: OCSF_VERSION,
    profiles: ['cloud'],
    product: { name: software.slice(0, space), vendor_name: 'Witnessmark', version: software.slice(space + 1) },
    log_name: ledger.origin,
    correlation_uid: id,
  };
  return { report, standards: [`${framework.title} (${framework.version})`], head: { ...CLASS, metadata } };
}

/** A source that no control of the report names; nothing is left out for that. */
const NO_JUDGE: Judge = {
  title: '',
  remediation: '',
  requirements: [],
  strengths: {},
  parameters: [],
  failing: new Map(),
  exceptions: new Map(),
  inconclusive: new Map(),
  unlisted: new Map(),
};

/** The Compliance Finding of one subject under one source, or of one event, without the head of the frame. */
export function findingOf(frame: Frame, item: EvidenceItem, judge: Judge = NO_JUDGE): JsonObject {
  const status = statusOf(item, judge);
  const failing = judge.failing.get(placeKey(item)) ?? [];
  return {
    ...(PASSED_OR_ASIDE.has(status.id) ? INFORMATIONAL : SEVERITY_UNKNOWN),
    time: Date.parse(item.at),
    ...span(failing),
    message: item.reason,
    ...(status.error === undefined ? {} : { status_detail: status.error }),
    cloud: {
      provider: 'AWS',
      account: { uid: item.account, type_id: 10, type: 'AWS Account' },
      region: item.region,
    },
    resources: [resource(item)],
    finding_info: {
      uid: uuidOf('ocsf', frame.report.ledger.origin, frame.report.framework.id, item.source, placeKey(item)),
      title: judge.title === '' ? item.source : judge.title,
      analytic: { uid: item.source, type_id: 1, type: 'Rule' },
    },
    compliance: compliance(frame, item, judge, status),
    ...(status.id === 3 && judge.remediation !== '' ? { remediation: { desc: judge.remediation } } : {}),
    evidences: [{ uid: item.body, data: { ledger_entry: item.entry } }],
    unmapped: unmapped(item, judge, failing),
  };
}

/** The region that judged it is not where a global service's resource is, so it is not called that. */
function resource({ subject, name, resourceType, region }: EvidenceItem): JsonObject {
  return { uid: subject, name, type: resourceType, ...(region === 'global' ? {} : { region }) };
}

/** From the first failure to the end of the last one, in milliseconds; open at its end while it fails. */
function span(failing: readonly FailingInterval[]): JsonObject {
  const first = failing[0];
  const last = failing.at(-1);
  if (!first || !last) return {};
  const end = last.to === null ? {} : { end_time: Date.parse(last.to) };
  return { start_time: Date.parse(first.from), ...end };
}

function compliance(frame: Frame, item: EvidenceItem, judge: Judge, status: Status): JsonObject {
  return {
    control: item.source,
    standards: frame.standards,
    ...(judge.requirements.length > 0 ? { requirements: judge.requirements } : {}),
    ...(judge.parameters.length > 0 ? { control_parameters: judge.parameters } : {}),
    status_id: status.id,
    status: status.caption,
    status_code: item.outcome,
    status_details: status.details,
  };
}

/** What OCSF has no attribute for: how much a source counts, when the subject failed, and which risks were accepted. */
function unmapped(item: EvidenceItem, judge: Judge, failing: readonly FailingInterval[]): JsonObject {
  const exceptions = judge.exceptions.get(placeKey(item));
  const intervals: Json = failing.map(({ from, to, entries }) => ({ from, to: to ?? 'open', entries }));
  return {
    change: item.change,
    strengths: judge.strengths,
    ...(failing.length > 0 ? { failing: intervals } : {}),
    ...(exceptions ? { exceptions: [...exceptions].map(([id, controls]) => ({ id, controls })) } : {}),
  };
}
