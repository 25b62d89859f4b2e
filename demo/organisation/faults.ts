import { bucketArn, bucketName, DEVELOPMENT, PRODUCTION, READ_ROLE, VIRGINIA } from './names.ts';
import type { Call } from './proxy.ts';
import { jsonError, s3Error, type WireAnswer } from './wire.ts';
import type { World } from './world.ts';

/** A call that AWS refuses on some days. */
interface Fault {
  /** First and last day, in pairs. */
  readonly days: readonly (readonly [from: string, to: string])[];
  matches(call: Call, world: World): boolean;
  answer(call: Call, requestId: string): WireAnswer;
}

const caller = `arn:aws:sts::${DEVELOPMENT}:assumed-role/${READ_ROLE}/witnessmark`;

/** Days on which the collector was not let to read the policies of keys in the sandbox's region. */
export const KEY_POLICY_DENIED = [
  ['2026-10-07', '2026-10-08'],
  ['2026-10-29', '2026-11-08'],
] as const;
/** Days on which one bucket's own policy denied to have it read. */
export const BUCKET_POLICY_DENIED = [['2026-10-19', '2026-10-22']] as const;
/** Days on which a secret's policy denied the collector to read it. */
export const SECRET_POLICY_DENIED = [['2026-10-12', '2026-10-14']] as const;

const FAULTS: readonly Fault[] = [
  {
    days: KEY_POLICY_DENIED,
    matches: ({ account, region, operation }) =>
      account === DEVELOPMENT && region === VIRGINIA && operation === 'GetKeyPolicy',
    answer: ({ body }, requestId) => {
      const { KeyId } = JSON.parse(body) as { KeyId: string };
      const message = `User: ${caller} is not authorized to perform: kms:GetKeyPolicy on resource: ${KeyId} because no resource-based policy allows the kms:GetKeyPolicy action`;
      return jsonError('AccessDeniedException', message, requestId);
    },
  },
  {
    days: BUCKET_POLICY_DENIED,
    matches: ({ operation, bucket }) => operation === 'GetBucketPolicy' && bucket === bucketName('dev-ml-experiments'),
    answer: (_, requestId) => {
      const message = `User: ${caller} is not authorized to perform: s3:GetBucketPolicy on resource: &quot;${bucketArn('dev-ml-experiments')}&quot; with an explicit deny in a resource-based policy`;
      return s3Error(403, 'AccessDenied', message, requestId);
    },
  },
  {
    days: SECRET_POLICY_DENIED,
    matches: ({ account, operation, body }, world) =>
      account === DEVELOPMENT && operation === 'GetResourcePolicy' && body.includes(world.id('secret/dev/database')),
    answer: ({ body }, requestId) => {
      const { SecretId } = JSON.parse(body) as { SecretId: string };
      const message = `User: ${caller} is not authorized to perform: secretsmanager:GetResourcePolicy on resource: ${SecretId} with an explicit deny in a resource-based policy`;
      return jsonError('AccessDeniedException', message, requestId);
    },
  },
  {
    days: [['2026-10-23', '2026-10-23']],
    matches: ({ account, operation, body }, world) =>
      account === PRODUCTION && operation === 'GetKeyRotationStatus' && body.includes(world.id('key/phi-backups')),
    answer: (_, requestId) =>
      jsonError(
        'ThrottlingException',
        'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
        requestId,
      ),
  },
];

/** The refusal of a call on a day, if there is one. */
export function faultOf(world: World, call: Call, day: string, requestId: () => string): WireAnswer | undefined {
  const fault = FAULTS.find((it) => it.days.some(([from, to]) => from <= day && day <= to) && it.matches(call, world));
  return fault?.answer(call, requestId());
}
