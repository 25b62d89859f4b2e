/** One call is made at most so often. With the pauses that the SDK makes after SlowDown, that is 16 seconds at most. */
const MAX_ATTEMPTS = 6;

/**
 * How the clients of a store behave: throttles and passing errors are tried again in the SDK's adaptive
 * mode, which also slows down before AWS has to say so
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html); nothing waits for ever.
 */
export const PATIENT = {
  maxAttempts: MAX_ATTEMPTS,
  retryMode: 'adaptive',
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
} as const;
