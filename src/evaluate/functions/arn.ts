import { WitnessmarkError } from '../../model/error.ts';

/** The six parts of an ARN (AWS general reference, "Amazon Resource Names"), or undefined. */
export function parseArn(text: string): readonly string[] | undefined {
  const parts = text.split(':');
  if (parts.length < 6 || parts[0] !== 'arn') return undefined;
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** The account id in an ARN; empty where it has none, as the ARN of an S3 bucket. Throws `evaluate-arn`. */
export function arnAccount(arn: string): string {
  const account = parseArn(arn)?.[4];
  if (account !== undefined) return account;
  throw new WitnessmarkError(
    'evaluate-arn',
    `expected an ARN such as arn:aws:iam::123456789012:role/x, found ${JSON.stringify(arn.slice(0, 80))}`,
  );
}
