import { ANY_KEY, REGION } from '../moto.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What every client of the seed is made with. */
export interface Config {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
}

export const configOf = (endpoint: string, credentials: Credentials = ANY_KEY, region = REGION): Config => ({
  endpoint,
  region,
  credentials,
  maxAttempts: 1,
});

/** The text of a policy of these statements. */
export const policy = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** Lets everyone do this to that. */
export const openTo = (Action: string, Resource: string): string =>
  policy({ Sid: 'Everyone', Effect: 'Allow', Principal: '*', Action, Resource });

export const trusts = (principal: object | string): string =>
  policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });

/** An id that an answer must have. */
export function named(id: string | undefined): string {
  if (id === undefined) throw new Error('moto gave no id');
  return id;
}
