import { z } from 'zod';
import { Moment } from '../shared/moment.ts';

/**
 * A finding of a Security Hub control, as far as it is used, in the AWS Security Finding Format
 * (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-attributes.html).
 * RecordState, Workflow and Compliance are optional in the format; a finding of a control has all of them.
 */
export const ControlFinding = z.object({
  GeneratorId: z.string().min(1),
  Region: z.string().optional(),
  UpdatedAt: Moment,
  LastObservedAt: Moment.optional(),
  Resources: z
    .array(z.object({ Type: z.string().min(1), Id: z.string().min(1), Region: z.string().optional() }))
    .min(1),
  Compliance: z.object({
    Status: z.enum(['PASSED', 'FAILED', 'WARNING', 'NOT_AVAILABLE']),
    SecurityControlId: z.string(),
    StatusReasons: z.array(z.object({ ReasonCode: z.string(), Description: z.string().optional() })).optional(),
    SecurityControlParameters: z.array(z.object({ Name: z.string(), Value: z.json() })).optional(),
  }),
  Workflow: z.object({ Status: z.enum(['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED']) }),
});
export type ControlFinding = z.infer<typeof ControlFinding>;

/**
 * What tells whether a finding is one of the control, account and region that were asked for. Loose,
 * all the way down: the rest of the finding is kept, and read only if it is.
 */
export const ListedFinding = z.looseObject({
  ProductArn: z.string(),
  AwsAccountId: z.string(),
  RecordState: z.string().optional(),
  Compliance: z.looseObject({ SecurityControlId: z.string().optional() }).optional(),
});
export type ListedFinding = z.infer<typeof ListedFinding>;
