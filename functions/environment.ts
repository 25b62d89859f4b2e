import { z } from 'zod';
import { EventSource } from './events.ts';

/** An empty variable is one that is not set: a template cannot leave one out. */
export const optional = <Shape extends z.ZodType<unknown, string>>(shape: Shape) =>
  z.union([z.literal('').transform(() => undefined), shape]).optional();

/** Names with commas between them, as an environment variable can hold them; empty for none. */
export const names = z.string().transform((text) => text.split(',').flatMap((it) => it.trim() || []));

/** Where CloudTrail's events are taken from. */
export const Trails = {
  WITNESSMARK_TRAIL_BUCKETS: names,
  WITNESSMARK_EVENT_SOURCES: names.pipe(z.array(EventSource)),
};

/** Where people are told. */
export const Topic = { WITNESSMARK_TOPIC: z.string().startsWith('arn:') };

/** How member accounts are read. */
export const MemberRole = {
  /** Role to assume in accounts other than that of the functions. */
  WITNESSMARK_ROLE_NAME: z.string().regex(/^[\w+=,.@-]{1,64}$/, 'expected the name of a role'),
  WITNESSMARK_EXTERNAL_ID: optional(z.string().min(2).max(1224)),
};

/** What a deployment looks at where its bucket has no `config/deployment.yaml`. */
export const Parameters = {
  WITNESSMARK_ACCOUNTS: names,
  WITNESSMARK_REGIONS: names,
  /** All that there are where empty. */
  WITNESSMARK_SERVICES: names,
  WITNESSMARK_FRAMEWORKS: names,
  WITNESSMARK_PERIOD: z.enum(['month', 'quarter', 'year']),
};

/** The parameters in the words of the configuration. */
export function configured(
  environment: {
    readonly [Name in keyof typeof Parameters]: z.output<(typeof Parameters)[Name]>;
  },
): unknown {
  const { WITNESSMARK_ACCOUNTS: accounts, WITNESSMARK_REGIONS: regions, WITNESSMARK_SERVICES: services } = environment;
  return {
    accounts,
    regions,
    ...(services.length === 0 ? {} : { services }),
    assessments: environment.WITNESSMARK_FRAMEWORKS.map((framework) => ({
      framework,
      period: { since_start_of: environment.WITNESSMARK_PERIOD },
    })),
  };
}
