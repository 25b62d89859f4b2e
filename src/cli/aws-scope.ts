import { messageOf, WitnessmarkError } from '../model/error.ts';

/** The account that the credentials belong to; error `collect-no-credentials`. */
export async function ownAccount(cloud: { whoAmI(): Promise<{ account: string }> }): Promise<string> {
  try {
    return (await cloud.whoAmI()).account;
  } catch (cause) {
    throw new WitnessmarkError(
      'collect-no-credentials',
      `cannot learn which account the credentials belong to: ${messageOf(cause)}`,
      {
        hint: 'set up AWS credentials (AWS_PROFILE, environment, role), or play a recording with --from',
        cause,
      },
    );
  }
}

/** The region of the environment; error `usage-region`. */
export function defaultRegions(): string[] {
  const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (region) return [region];
  throw new WitnessmarkError('usage-region', 'no region was given', {
    hint: 'use --region (repeatable), or set AWS_REGION',
  });
}
