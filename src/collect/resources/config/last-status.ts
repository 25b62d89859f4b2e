import { z } from 'zod';

const WORDS: Readonly<Record<string, string>> = {
  pending: 'Pending',
  success: 'Success',
  failure: 'Failure',
  notapplicable: 'NotApplicable',
};

/**
 * A status of Config as one of Pending, Success, Failure and NotApplicable. The API reference writes
 * `Success` and `Not_Applicable`
 * (https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigExportDeliveryInfo.html); the
 * service answers `SUCCESS`. Any other word is refused: it could be a failure by a new name.
 */
export const LastStatus = z.string().transform((text, issues) => {
  const word = text.toLowerCase().replaceAll('_', '');
  if (Object.hasOwn(WORDS, word)) return WORDS[word] ?? z.NEVER;
  issues.addIssue({ code: 'custom', message: 'expected Pending, Success, Failure or NotApplicable' });
  return z.NEVER;
});
