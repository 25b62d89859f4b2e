/** Accounts of the fictitious company; the ids are those that AWS uses in its documentation. */
export const PRODUCTION = '111122223333';
export const DEVELOPMENT = '444455556666';
export const ACCOUNTS = [PRODUCTION, DEVELOPMENT] as const;

export const IRELAND = 'eu-west-1';
export const VIRGINIA = 'us-east-1';
export const REGIONS = [IRELAND, VIRGINIA] as const;

/** Whose credentials the collector has in the production account. */
export const COLLECTOR_ROLE = 'WitnessmarkCollector';
/** What it assumes in the development account. */
export const READ_ROLE = 'WitnessmarkReadOnly';

/** Name of one of the company's buckets. */
export const bucketName = (name: string): string => `example-health-${name}`;
export const bucketArn = (name: string): string => `arn:aws:s3:::${bucketName(name)}`;
export const roleArn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;
