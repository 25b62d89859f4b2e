import { z } from 'zod';
import { Json, JsonObject } from './json.ts';
import { ResourceType } from './primitives.ts';

export const CheckId = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)+$/, 'expected <service>-<noun>-<statement>, lower case with hyphens');

export const Severity = z.enum(['low', 'medium', 'high', 'critical']);

/** A named, typed parameter with its default. `tighten` says in which direction a control may move it. */
export const Param = z.strictObject({
  type: z.enum(['int', 'string', 'bool', 'list']),
  default: Json,
  tighten: z.enum(['lower', 'higher', 'fixed']).default('fixed'),
  describe: z.string().min(1),
});
export type Param = z.infer<typeof Param>;

/** Facts for a resource, an expected outcome by its key, and optionally other params or `unread` facts. */
const example = (key: 'pass' | 'fail' | 'not_applicable' | 'inconclusive') =>
  z.strictObject({
    [key]: JsonObject,
    /** Facts that could not be read (their names); only for `inconclusive`. */
    unread: z.array(z.string()).optional(),
    params: JsonObject.optional(),
    now: z.string().optional(),
    why: z.string().optional(),
  });

export const Example = z.union([example('pass'), example('fail'), example('not_applicable'), example('inconclusive')]);

/** One testable statement about one resource type. */
export const Check = z.strictObject({
  id: CheckId,
  title: z.string().min(10).max(160),
  resource: ResourceType,
  severity: Severity,
  /** CEL; false makes the outcome not_applicable. */
  applies: z.string().optional(),
  /** CEL; true is compliant, false is non_compliant, an error is inconclusive. */
  expect: z.string().min(1),
  /** CEL giving a sentence, shown beside the outcome. */
  reason: z.string().min(1),
  params: z.record(z.string(), Param).default({}),
  remediation: z.string().min(10),
  references: z.array(z.url()).default([]),
  same_as: z.strictObject({ config_rule: z.string().optional(), security_hub: z.string().optional() }).default({}),
  examples: z.array(Example).min(2),
});
export type Check = z.infer<typeof Check>;

/** One file of checks: `frameworks/checks/<service>.yaml`. */
export const CheckFile = z.strictObject({ service: z.string(), checks: z.array(Check).min(1) });
export type CheckFile = z.infer<typeof CheckFile>;

/** That a match is told at once, how bad it is, and why somebody should look. */
export const SelectorAlert = z.strictObject({
  severity: Severity,
  /** What has happened, where the selector's title says what should not. */
  title: z.string().min(10).max(160).optional(),
  why: z.string().min(10).max(400),
});

/**
 * Which CloudTrail events count, in CEL over `event`. `expect: none`: any match is a finding;
 * `some`: at least one match is needed in the period; `any`: matches are a population, nothing more.
 */
export const EventSelector = z.strictObject({
  name: CheckId,
  title: z.string().min(10).max(160),
  match: z.string().min(1),
  expect: z.enum(['none', 'some', 'any']),
  remediation: z.string().min(10),
  /**
   * Left out where a match can wait for the delivered file. A selector that has it and that no framework uses is watched
   * and not ingested: see `ingestedEvents`.
   */
  alert: SelectorAlert.optional(),
  references: z.array(z.url()).default([]),
  /** Records that must and must not match; each selector needs both. */
  examples: z
    .array(
      z.union([
        z.strictObject({ match: JsonObject, why: z.string().optional() }),
        z.strictObject({ ignore: JsonObject, why: z.string().optional() }),
      ]),
    )
    .min(2),
});
export type EventSelector = z.infer<typeof EventSelector>;

/** One file of event selectors: `frameworks/events/<topic>.yaml`. */
export const EventFile = z.strictObject({ topic: z.string(), events: z.array(EventSelector).min(1) });
export type EventFile = z.infer<typeof EventFile>;
