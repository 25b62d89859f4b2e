import type { STSClientConfig } from '@aws-sdk/client-sts';

/** Credentials, or a provider of them, as every SDK client takes them. */
export type Credentials = NonNullable<STSClientConfig['credentials']>;

/** What every SDK client is given. */
export interface ClientConfig {
  readonly region: string;
  readonly credentials?: Credentials;
  readonly endpoint?: string;
  readonly maxAttempts: number;
  readonly retryMode: 'adaptive';
  readonly requestHandler: object;
}

/** The part of an SDK client that is used. */
export interface SdkClient {
  send(command: object, options?: { abortSignal?: AbortSignal }): Promise<object>;
  destroy(): void;
  readonly middlewareStack: { add(middleware: never, options: never): void };
}

/**
 * One service of the SDK with the read operations that readers use, and no others: what is not in
 * the table cannot be called. One small module per service with named imports, loaded by `import()`,
 * so that a function that reads one service does not load all.
 */
export interface ServiceClient {
  /** Package and version: `@aws-sdk/client-ec2@3.1169.0`. */
  readonly sdk: string;
  create(config: ClientConfig): SdkClient;
  /** Operation name → makes its command. */
  readonly operations: Readonly<Record<string, (input: object) => object>>;
}

/** Table of operations from command constructors, for a client module. */
export function commands(
  constructors: Readonly<Record<string, new (input: never) => object>>,
): ServiceClient['operations'] {
  const makers = Object.entries(constructors).map(([name, Command]) => {
    return [name, (input: object) => new Command(input as never)] as const;
  });
  return Object.fromEntries(makers);
}
