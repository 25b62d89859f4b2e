import { z } from 'zod';
import { JsonObject } from './json.ts';

export const FrameworkId = z
  .string()
  .regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'expected lower case letters, digits, hyphens and dots');

/**
 * direct: the evidence itself shows the requirement met for the AWS population.
 * partial: it answers part of the test. supporting: context, shown and never counted.
 */
export const Strength = z.enum(['direct', 'partial', 'supporting']);
export type Strength = z.infer<typeof Strength>;

const why = z.string().min(10, 'say why this source is evidence for this control');

/** Where a control's evidence comes from; exactly one of the keys check, config_rule, security_hub, cloudtrail, manual. */
export const EvidenceSource = z.union([
  z.strictObject({ check: z.string(), strength: Strength, why, with: JsonObject.optional() }),
  z.strictObject({ config_rule: z.string(), strength: Strength, why }),
  z.strictObject({ security_hub: z.string(), strength: Strength, why }),
  z.strictObject({ cloudtrail: z.string(), strength: Strength, why }),
  z.strictObject({
    manual: z.strictObject({
      ask: z.string().min(10),
      /** How long an attestation stays valid: `90d`, `6m`, `1y`. */
      renew: z
        .string()
        .regex(/^[1-9]\d{0,3}[dmy]$/, 'expected a duration such as 90d, 6m or 1y')
        .default('1y'),
    }),
  }),
]);
export type EvidenceSource = z.infer<typeof EvidenceSource>;

/** Entities that some requirements are for; an assessment says once which of them it is. */
export const AppliesIf = z.enum([
  'service_provider',
  'multi_tenant_service_provider',
  'issuer',
  'designated_entity',
  'terminals',
  'hybrid_entity',
  'group_health_plan',
]);

export const Control = z.strictObject({
  id: z.string().min(1).max(60),
  title: z.string().min(5).max(200),
  description: z.string().min(10).optional(),
  testing: z.string().min(10).optional(),
  action_plan: z.string().min(10).optional(),
  responsibility: z.enum(['customer', 'shared', 'aws']).default('customer'),
  /** HIPAA: an addressable specification needs an implementation or a recorded reason. */
  status: z.enum(['required', 'addressable']).optional(),
  applies_if: AppliesIf.optional(),
  sources: z.array(EvidenceSource).min(1, 'a control needs at least one source, manual if nothing else'),
});
export type Control = z.infer<typeof Control>;

export const ControlSet = z.strictObject({
  id: z.string().min(1).max(60),
  title: z.string().min(3).max(200),
  controls: z.array(Control).min(1),
});
export type ControlSet = z.infer<typeof ControlSet>;

/** What stands in `framework.yaml` above the control sets. */
export const FrameworkHead = z.strictObject({
  framework: FrameworkId,
  title: z.string().min(3).max(200),
  version: z.string().min(1).max(80),
  publisher: z.string().min(2).max(120),
  description: z.string().optional(),
  retention: z.string().regex(/^[1-9]\d{0,2}[dmy]$/),
  /** The list of official ids this framework must hold, no more, no fewer: `soc2-tsc-2017`. */
  catalogue: z.string().optional(),
  /** Ids of control sets in the order in which the publisher lists them; natural order where left out. */
  order: z.array(z.string()).optional(),
});

/** A change that an extending framework makes to a control of its base. */
export const ControlOverride = Control.partial().extend({
  id: z.string(),
  /** Sources of the base control to leave out, by key: `check:s3-bucket-tls-only`. */
  without: z.array(z.string()).optional(),
});

/** A framework of a user's own in one file, on its own or on top of another one. */
export const FrameworkFile = FrameworkHead.extend({
  extends: FrameworkId.optional(),
  control_sets: z.array(ControlSet).default([]),
  override: z.array(ControlOverride).default([]),
  /** Ids of controls or control sets of the base to leave out, each with the reason. */
  remove: z.array(z.strictObject({ id: z.string(), reason: z.string().min(10) })).default([]),
});
export type FrameworkFile = z.infer<typeof FrameworkFile>;

/** A framework as it is used: `extends` resolved, every default filled in. */
export const Framework = FrameworkHead.extend({ control_sets: z.array(ControlSet).min(1) });
export type Framework = z.infer<typeof Framework>;

/** `check:<id>`, `config_rule:<ID>`, `security_hub:<CONTROL>`, `cloudtrail:<name>` or `manual:<ask>`: how evidence names its source. */
export function sourceKey(source: EvidenceSource): string {
  if ('check' in source) return `check:${source.check}`;
  if ('config_rule' in source) return `config_rule:${source.config_rule}`;
  if ('security_hub' in source) return `security_hub:${source.security_hub}`;
  if ('cloudtrail' in source) return `cloudtrail:${source.cloudtrail}`;
  return `manual:${source.manual.ask}`;
}

/**
 * The name under which the evidence of a source is kept. As `sourceKey`, but a check with parameters
 * of the control's own carries them, sorted: `check:iam-user-access-key-rotated@maxAgeDays=60`.
 */
export function evidenceKey(source: EvidenceSource): string {
  const key = sourceKey(source);
  const params = 'check' in source ? Object.entries(source.with ?? {}) : [];
  if (params.length === 0) return key;
  const text = params.map(([name, value]) => `${name}=${Array.isArray(value) ? value.join('+') : String(value)}`);
  return `${key}@${text.sort().join(',')}`;
}
