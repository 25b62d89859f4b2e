import { z } from 'zod';
import { unparsable } from '../../failure.ts';
import type { Aws, FindingReader, FindingSet } from '../../service.ts';
import { findingsOf } from './findings.ts';
import { enabledStandards, hubOf } from './hub.ts';

const Definition = z.object({
  SecurityControlId: z.string().regex(/^[A-Za-z0-9_.-]+$/),
  CurrentRegionAvailability: z.string(),
  /** Left out where the control is about AWS. */
  Provider: z.string().optional(),
});

const Controls = z.object({
  SecurityControls: z.array(z.object({ SecurityControlId: z.string(), SecurityControlStatus: z.string() })),
});

/** Controls in one BatchGetSecurityControls (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchGetSecurityControls.html). */
const DESCRIBED_AT_ONCE = 100;

/** Values that GetFindings takes for one filter (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html). */
const ASKED_AT_ONCE = 20;

/** Stands for a control: which resources it judges is known from its findings only. */
const ANY_RESOURCE = 'AWS::SecurityHub::SecurityControl';

/**
 * What the enabled controls of the enabled standards say, one set for each control. A control that is
 * off is no set: nothing is checked then. One without findings is an empty set, which proves nothing
 * either way. Findings are asked for twenty controls at a time, so that several hundred controls take
 * few calls, and the evidence of each rests on few answers.
 */
export const controlFindings: FindingReader = {
  permissions: [
    'securityhub:BatchGetSecurityControls',
    'securityhub:DescribeHub',
    'securityhub:GetEnabledStandards',
    'securityhub:GetFindings',
    'securityhub:ListSecurityControlDefinitions',
  ],
  async read(aws) {
    if ((await hubOf(aws)) === null) return [];
    const standards = (await enabledStandards(aws)).filter((it) => it.StandardsStatus !== 'DELETING');
    const listed = await Promise.all(standards.map((it) => controlsOf(aws, it.StandardsArn)));
    const enabled = await enabledOf(aws, [...new Set(listed.flat())].sort());
    return chunks(enabled, ASKED_AT_ONCE).flatMap((asked) => asked.map((control) => setOf(control, asked)));
  },
};

function setOf(control: string, asked: readonly string[]): FindingSet {
  const source = `security_hub:${control}`;
  return { source, resourceType: ANY_RESOURCE, read: (aws: Aws) => findingsOf(aws, control, asked) };
}

async function controlsOf(aws: Aws, StandardsArn: string): Promise<string[]> {
  const page = {
    items: Definition,
    at: 'SecurityControlDefinitions',
    token: { out: 'NextToken', in: 'NextToken' },
  };
  const listed = await aws.list('securityhub:ListSecurityControlDefinitions', { StandardsArn, MaxResults: 100 }, page);
  const here = listed.filter((it) => it.CurrentRegionAvailability === 'AVAILABLE' && (it.Provider ?? 'AWS') === 'AWS');
  return here.map((it) => it.SecurityControlId);
}

async function enabledOf(aws: Aws, ids: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(chunks(ids, DESCRIBED_AT_ONCE).map((it) => statuses(aws, it)));
  const status = new Map(answers.flat().map((it) => [it.SecurityControlId, it.SecurityControlStatus]));
  return ids.filter((id) => status.get(id) === 'ENABLED');
}

/** A control without a status in the answer is a failure: it may be on, and would be left out in silence. */
async function statuses(aws: Aws, ids: readonly string[]) {
  const operation = 'securityhub:BatchGetSecurityControls';
  const { SecurityControls } = await aws.get(operation, { SecurityControlIds: [...ids] }, Controls);
  const known = new Set(SecurityControls.map((it) => it.SecurityControlId));
  const missing = ids.find((id) => !known.has(id));
  if (missing === undefined) return SecurityControls;
  throw unparsable({ operation, requestId: null }, '/SecurityControls', `no status of the control ${missing}`);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, it) => items.slice(it * size, (it + 1) * size));
}
