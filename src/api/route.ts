import type { z } from 'zod';
import type { AccessLog } from '../app/access-log.ts';
import type { Store } from '../app/store.ts';
import type { Catalogue } from '../catalog/catalogue.ts';
import type { Role } from '../model/access.ts';
import type { Downloads } from '../ports/downloads.ts';
import type { Jobs } from '../ports/jobs.ts';
import type { Principal } from './principal.ts';
import type { Reader } from './reader.ts';

/** Everything that the API needs from outside. */
export interface ApiPorts {
  /** Without a claim to write: other processes write to it as well. */
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly accesses: AccessLog;
  /** Who is asking, by somebody else's word: undefined for nobody. Throws `api-not-signed-in` for a bad word. */
  authorise(request: Request, env: unknown): Promise<Principal | undefined> | Principal | undefined;
  readonly downloads: Downloads;
  readonly jobs: Jobs;
  /** A new UUID. */
  requestId(): string;
  /** Takes what the caller is not told. */
  log(line: Readonly<Record<string, unknown>>): void;
}

/** A request that was let through and is as it must be. */
export interface Call<Params, Query, Body> extends Reader {
  readonly ports: ApiPorts;
  readonly principal: Principal;
  readonly role: Role;
  readonly requestId: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The assessment that was asked about; set for whoever is limited to one, where the route is about one. */
  readonly assessment: string | undefined;
  /** The OpenAPI document of all routes. */
  document(): unknown;
}

/** An answer of a route, for the OpenAPI document. */
export interface Answer {
  readonly status: 200 | 201 | 202;
  readonly says: string;
  /** A schema for JSON; a media type for anything else. */
  readonly content: z.ZodType | string;
}

/** One operation of the API: who may ask for it, what is asked and answered. */
export interface Route<
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post';
  /** As in OpenAPI: `/v1/evidence/{entry}`. */
  readonly path: string;
  /** Its name in access entries, in the document and in the table of roles. */
  readonly operation: string;
  readonly summary: string;
  readonly tag: string;
  /** Who may ask; `everybody` needs no sign-in and learns nothing of anybody. */
  readonly roles: readonly Role[] | 'everybody';
  /** That it was granted is sealed before it is answered. Refusals always are. */
  readonly recorded: boolean;
  /** The same answer comes again until something changes, so it has an entity tag. */
  readonly tagged?: boolean;
  readonly params: Params;
  readonly query: Query;
  /** JSON of this schema; or bytes of one of these media types. */
  readonly body?: Body | { readonly mediaTypes: readonly string[]; readonly most: number };
  readonly answer: Answer;
  handle(
    call: Call<z.infer<Params>, z.infer<Query>, Body extends z.ZodType ? z.infer<Body> : unknown>,
  ): Promise<Response>;
}

/** Keeps the types of one route together; from outside all are alike. */
export const route = <Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType = z.ZodType<never>>(
  given: Route<Params, Query, Body>,
): Route => given as unknown as Route;

/** A JSON answer. */
export function json(value: unknown, status: Answer['status'] = 200, headers: Record<string, string> = {}): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** An answer of another kind, which browsers save and do not open. */
export function file(
  content: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  { filename, mediaType, size }: { filename: string; mediaType: string; size?: number },
): Response {
  return new Response(content as ConstructorParameters<typeof Response>[0], {
    headers: {
      'content-type': mediaType,
      'content-disposition': `attachment; filename="${filename.replaceAll(/[^\w.-]/g, '_')}"`,
      ...(size === undefined ? {} : { 'content-length': String(size) }),
    },
  });
}
