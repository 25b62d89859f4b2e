import { z } from 'zod';
import { AccountId, Day, Region } from './primitives.ts';

/** What period an assessment of each run is about; days are UTC and end with that of the run at the latest. */
export const PeriodRule = z.union([
  z.strictObject({ last_days: z.int().min(1).max(1100) }),
  z.strictObject({ since_start_of: z.enum(['month', 'quarter', 'year']) }),
  z.strictObject({ from: Day, to: Day }).refine((it) => it.from <= it.to, 'expected `from` not to be after `to`'),
]);
export type PeriodRule = z.infer<typeof PeriodRule>;

/** An assessment that is made anew after every run. */
export const PlannedAssessment = z.strictObject({
  framework: z.string().min(1).max(100),
  period: PeriodRule,
  /** Those of the deployment where left out. */
  accounts: z.array(AccountId).min(1).max(1000).optional(),
  regions: z.array(Region).min(1).max(50).optional(),
  /** Least share of days, in percent, on which a source must have been observed. */
  coverage: z.number().min(0).max(100).default(95),
});
export type PlannedAssessment = z.infer<typeof PlannedAssessment>;

/** What a deployment looks at and assesses. */
export const DeploymentConfig = z.strictObject({
  accounts: z.array(AccountId).min(1).max(1000),
  regions: z.array(Region).min(1).max(50),
  /** All that there are where left out. */
  services: z.array(z.string().max(40)).min(1).max(100).optional(),
  assessments: z.array(PlannedAssessment).max(50),
});
export type DeploymentConfig = z.infer<typeof DeploymentConfig>;
