import { z } from 'zod';
import { unparsable } from '../../failure.ts';
import type { Aws } from '../../service.ts';

const STATUS = z.enum(['ENABLED', 'DISABLED']);

const Feature = z.object({
  Name: z.string().min(1),
  Status: STATUS,
  AdditionalConfiguration: z.array(z.object({ Name: z.string().min(1), Status: STATUS })).optional(),
});

const Detector = z.object({
  Status: STATUS,
  // The API reference does not promise it.
  FindingPublishingFrequency: z.string().min(1).optional(),
  Features: z.array(Feature).optional(),
});
type Detector = z.infer<typeof Detector>;

/** One detector (https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html). */
export function describeDetector(aws: Aws, detector: string): Promise<Detector> {
  return aws.get('guardduty:GetDetector', { DetectorId: detector }, Detector);
}

/**
 * Names of the features that are on, sorted; none of a detector that is off, because it watches
 * nothing then. An answer without features, as older ones are, is unparsable: it does not say that
 * none is on.
 */
export function featuresOf({ Status, Features }: Detector): string[] {
  if (Features === undefined) {
    throw unparsable({ operation: 'guardduty:GetDetector', requestId: null }, '/Features', 'expected the features');
  }
  if (Status !== 'ENABLED') return [];
  const on = Features.filter((it) => it.Status === 'ENABLED');
  return on.flatMap((it) => [it.Name, ...additional(it)]).sort();
}

function additional({ Name, AdditionalConfiguration = [] }: z.infer<typeof Feature>): string[] {
  return AdditionalConfiguration.filter((it) => it.Status === 'ENABLED').map((it) => `${Name}/${it.Name}`);
}
