import { z } from 'zod';

/** Lower-case hexadecimal SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');

/** A moment in UTC with milliseconds, `2026-10-01T02:00:00.000Z`: sorts as text. */
export const Timestamp = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'expected a UTC time such as 2026-10-01T02:00:00.000Z');

/** A calendar day in UTC, `2026-10-01`. */
export const Day = z.iso.date();

export const AccountId = z.string().regex(/^\d{12}$/, 'expected a 12-digit AWS account id');

/** An AWS region, or `global` for services with one endpoint per partition (IAM, the list of S3 buckets). */
export const Region = z.string().regex(/^(global|[a-z]{2}(-[a-z]+)+-\d+)$/, 'expected an AWS region or "global"');

/** A CloudFormation type name, the vocabulary that AWS Config uses too: `AWS::S3::Bucket`. */
export const ResourceType = z
  .string()
  .regex(/^AWS::[A-Za-z0-9]*::[A-Za-z0-9]+$/, 'expected a CloudFormation type name such as AWS::S3::Bucket');

/** The day of a timestamp. */
export function dayOf(timestamp: string): string {
  return timestamp.slice(0, 10);
}
