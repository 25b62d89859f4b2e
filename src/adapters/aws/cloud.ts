import { setTimeout } from 'node:timers/promises';
import { WitnessmarkError } from '../../model/error.ts';
import type { CallError } from '../../model/retrieval.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallReply, CallRequest, Cloud } from '../../ports/cloud.ts';
import { type Access, accesses, type Identity } from './access.ts';
import { boundBodies } from './bound-body.ts';
import { classify, metadataOf } from './classify.ts';
import type { ClientConfig, Credentials, SdkClient, ServiceClient } from './client.ts';
import { loadClient } from './clients.ts';
import { plainAnswer } from './plain.ts';

/** Milliseconds. */
export interface Timeouts {
  readonly connect: number;
  /** One attempt, from the request to the end of the answer. */
  readonly request: number;
  /** One call with all its attempts and the pauses between them. */
  readonly call: number;
}

export interface AwsCloudOptions {
  readonly clock: Clock;
  /** The SDK's own chain (environment, profile, container, instance) where left out. */
  readonly credentials?: Credentials;
  /** Role to assume in every account but the caller's own; without it only that one can be read. */
  readonly roleName?: string;
  readonly externalId?: string;
  /** The SDK also reads AWS_ENDPOINT_URL itself. */
  readonly endpoint?: string;
  /** 5 where left out. */
  readonly maxAttempts?: number;
  readonly timeouts?: Partial<Timeouts>;
  /** Largest response body in bytes; 64 MiB where left out. */
  readonly maxBytes?: number;
}

export interface AwsCloud extends Cloud {
  /** Whose credentials these are; throws what STS or the credential chain threw. */
  whoAmI(): Promise<Identity>;
  /** Closes idle connections. */
  close(): void;
}

const DEFAULT_TIMEOUTS: Timeouts = { connect: 5_000, request: 60_000, call: 300_000 };
const DEFAULT_MAX_BYTES = 64 * 2 ** 20;

/** Clients that are kept, each with its connections and its rate limit. */
const MAX_CLIENTS = 128;

/** Where services with one endpoint per partition are signed for. */
const GLOBAL_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

/**
 * Reads AWS through SDK v3, and only with the read operations that are listed in `clients/`. Retries
 * throttles and passing errors with the SDK's adaptive mode; a call that still fails is a reply with
 * the real error.
 */
export function awsCloud(options: AwsCloudOptions): AwsCloud {
  const { clock } = options;
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const configOf = (region: string, credentials: Credentials | undefined) =>
    clientConfig({ options, region, credentials: credentials ?? options.credentials, timeouts });
  const prepare = (client: SdkClient): SdkClient => {
    boundBodies(client, options.maxBytes ?? DEFAULT_MAX_BYTES);
    return client;
  };
  const access = accesses({
    ...(options.roleName === undefined ? {} : { roleName: options.roleName }),
    ...(options.externalId === undefined ? {} : { externalId: options.externalId }),
    config: (credentials) => configOf(process.env.AWS_REGION ?? 'us-east-1', credentials),
    prepare,
  });
  const clients = new Map<string, SdkClient>();
  const clientFor = (service: ServiceClient, request: CallRequest, { credentials, partition }: Access): SdkClient => {
    const region = request.region === 'global' ? (GLOBAL_REGIONS[partition] ?? 'us-east-1') : request.region;
    const key = `${request.service} ${request.account} ${region}`;
    const client = clients.get(key) ?? prepare(service.create(configOf(region, credentials)));
    keepNewest(clients, key, client);
    return client;
  };

  return {
    async call(request) {
      const startedAt = clock.now();
      const progress: Progress = { caller: 'unknown', sdk: 'none' };
      try {
        const { service, command } = await commandOf(request);
        progress.sdk = service.sdk;
        const way = await access.of(request.account);
        progress.caller = way.caller;
        const client = clientFor(service, request, way);
        const output = await client.send(command, { abortSignal: AbortSignal.timeout(timeouts.call) });
        return { ...replyTo(output, progress), startedAt, endedAt: clock.now() };
      } catch (thrown) {
        const error = errorOf(thrown);
        const attempts = error.name in NEVER_SENT ? 0 : metadataOf(thrown).attempts;
        return { error, ...metadataOf(thrown), attempts, ...progress, startedAt, endedAt: clock.now() };
      }
    },
    pause: (milliseconds) => setTimeout(milliseconds),
    whoAmI: access.whoAmI,
    close() {
      for (const client of clients.values()) client.destroy();
      clients.clear();
    },
  };
}

interface Progress {
  caller: string;
  sdk: string;
}

const NEVER_SENT = { OperationNotListed: true, WrongAccount: true } as const;

function errorOf(thrown: unknown): CallError {
  if (!(thrown instanceof WitnessmarkError)) return classify(thrown);
  const isWrong = thrown.code === 'aws-wrong-account';
  const [kind, name] = isWrong
    ? (['denied', 'WrongAccount'] as const)
    : (['unsupported', 'OperationNotListed'] as const);
  return { kind, name, message: thrown.message, status: null };
}

function replyTo(output: object, progress: Progress): Omit<CallReply, 'startedAt' | 'endedAt'> {
  const metadata = metadataOf(output);
  try {
    return { answer: plainAnswer(output), ...metadata, ...progress };
  } catch (thrown) {
    return { error: { ...classify(thrown), kind: 'unparsable' }, ...metadata, ...progress };
  }
}

async function commandOf(request: CallRequest): Promise<{ service: ServiceClient; command: object }> {
  const service = await loadClient(request.service);
  const operations = service?.operations ?? {};
  const make = Object.hasOwn(operations, request.operation) ? operations[request.operation] : undefined;
  if (service !== undefined && make !== undefined) return { service, command: make(request.input) };
  const name = `${request.service}:${request.operation}`;
  throw new WitnessmarkError('aws-operation-not-listed', `${name} is not among the listed read operations`);
}

/** A client that is dropped here lives on until its last call ends; its idle connections end by themselves. */
function keepNewest(clients: Map<string, SdkClient>, key: string, client: SdkClient): void {
  clients.delete(key);
  clients.set(key, client);
  const [oldest] = clients.keys();
  if (clients.size > MAX_CLIENTS && oldest !== undefined) clients.delete(oldest);
}

interface ConfigOptions {
  readonly options: AwsCloudOptions;
  readonly region: string;
  readonly credentials: Credentials | undefined;
  readonly timeouts: Timeouts;
}

function clientConfig({ options, region, credentials, timeouts }: ConfigOptions): ClientConfig {
  return {
    region,
    maxAttempts: options.maxAttempts ?? 5,
    retryMode: 'adaptive',
    requestHandler: {
      connectionTimeout: timeouts.connect,
      requestTimeout: timeouts.request,
      throwOnRequestTimeout: true,
    },
    ...(credentials === undefined ? {} : { credentials }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  };
}
