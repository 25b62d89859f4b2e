import type { z } from 'zod';
import type { Outcome } from '../model/evidence.ts';
import type { Json, JsonObject } from '../model/json.ts';

/** `service:Operation` as the SDK names them: `s3:GetBucketPolicy`. */
export type Operation = `${string}:${string}`;

/** Options of one read. */
export interface ReadOptions {
  /** Ask again although the task has asked this before: to poll for something that takes time. */
  readonly fresh?: boolean;
}

/**
 * Reads AWS for one population or one fact, and remembers which recorded retrievals it used. Every
 * read that does not give an answer throws a `RetrievalFailure`; nothing is ever an empty list
 * because it could not be read. The same call is made once in a task, however often it is asked for.
 */
export interface Aws {
  readonly account: string;
  /** A region, or `global`. */
  readonly region: string;
  readonly partition: string;
  /** The run's time. */
  readonly now: string;

  /** One call. `shape` picks and checks the fields that are used; a misfit is an `unparsable` failure. */
  get<T>(operation: Operation, input: JsonObject, shape: z.ZodType<T>, options?: ReadOptions): Promise<T>;

  /**
   * As `get`, but null where the service says that nothing is configured, in the way that `absences`
   * of the service lists for the operation.
   */
  getOrAbsent<T>(
    operation: Operation,
    input: JsonObject,
    shape: z.ZodType<T>,
    options?: ReadOptions,
  ): Promise<T | null>;

  /** Waits before asking again; no time passes when a recording is read. */
  pause(milliseconds: number): Promise<void>;

  /** All items of all pages. A failed, repeated or missing page fails the whole list. */
  list<T>(operation: Operation, input: JsonObject, page: ListPage<T>): Promise<T[]>;
}

/** How an operation pages: where the items stand and which token leads on. */
export interface ListPage<T> {
  readonly items: z.ZodType<T>;
  /** Key of the array in the answer; a missing array is an empty page only if `optional`. */
  readonly at: string;
  readonly optional?: boolean;
  /** Names of the output and the input token; left out where the operation has a single page. */
  readonly token?: { readonly out: string; readonly in: string; readonly more?: string };
}

/** How a service says that something is not configured. Nothing else is ever taken for that. */
export interface Absence {
  /** Names of the error, as the API and as the SDK have them. */
  readonly names: readonly string[];
  /** The page of AWS's documentation that says so. */
  readonly source: string;
  /** Where the same name stands for a refusal too: what the message must say. Without it a refusal is one. */
  readonly words?: RegExp;
}

/** A fact, read on its own so that its failure is its own. */
export type FactReader = (aws: Aws) => Promise<Json> | Json;

export interface Found<Fact extends string> {
  readonly id: string;
  readonly name: string;
  /** Where the resource is, when that is not the task's region. */
  readonly region?: string;
  readonly facts: Readonly<Record<Fact, FactReader>>;
}

/** How to find all resources of one type and what is known of each. */
export interface PopulationReader<Fact extends string = string> {
  /** CloudFormation type name. */
  readonly type: string;
  /** Every fact with what it means; expressions may use these and no others. */
  readonly facts: Readonly<Record<Fact, string>>;
  /** IAM actions that the calls need; the read-only role is generated from them. */
  readonly permissions: readonly string[];
  read(aws: Aws): Promise<readonly Found<Fact>[]>;
}

/** One subject that AWS itself has judged (a Config rule, a Security Hub control). */
export interface Finding {
  readonly subject: string;
  readonly resourceType: string;
  readonly name: string;
  readonly region?: string;
  readonly outcome: Outcome;
  readonly reason: string;
  /** The judgement as AWS gave it, as far as it is shown: annotation, times, parameters. */
  readonly facts: JsonObject;
}

/** All findings of one source; read on its own so that its failure is its own. */
export interface FindingSet {
  /** `config_rule:S3_BUCKET_SSL_REQUESTS_ONLY`, `security_hub:IAM.9` */
  readonly source: string;
  readonly resourceType: string;
  read(aws: Aws): Promise<readonly Finding[]>;
}

/** Lists the judgements that AWS makes in this account and region. */
export interface FindingReader {
  readonly permissions: readonly string[];
  read(aws: Aws): Promise<readonly FindingSet[]>;
}

/** One AWS service: `src/collect/resources/<id>.ts` exports one of these under the name `service`. */
export interface Service {
  readonly id: string;
  readonly scope: 'global' | 'regional';
  /** By operation: the errors that mean "not configured". An error that is not listed is a failure. */
  readonly absences?: Readonly<Record<Operation, Absence>>;
  /** Operations of other services that its readers call; a run makes each such call once, whoever asks. */
  readonly borrows?: readonly Operation[];
  readonly populations: readonly PopulationReader[];
  readonly findings?: FindingReader;
}

/** Keeps the fact names in the type, so that a fact without a description does not compile. */
export function population<Fact extends string>(reader: PopulationReader<Fact>): PopulationReader {
  return reader;
}
