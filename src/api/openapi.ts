import { z } from 'zod';
import type { Json, JsonObject } from '../model/json.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

const SCHEMAS = '#/components/schemas/';

/** The OpenAPI 3.1 document of these routes: the same for the same routes. */
export function openApiDocument(routes: readonly Route[]): JsonObject {
  const schemas = new Map<string, Json>();
  const problem = schemaOf(Problem.meta({ id: 'Problem' }), 'output', schemas);
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    paths[route.path] = { ...path, [route.method]: operationOf(route, schemas) };
  }
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Witnessmark',
      version: '1',
      summary: 'Assessments, evidence and reports over one ledger',
      description:
        'Errors are problem details (RFC 9457). Whatever reads evidence is sealed in the ledger before it is answered.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
      responses: {
        Problem: {
          description: 'It was refused or failed.',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Behind API Gateway.' },
        session: { type: 'apiKey', in: 'cookie', name: 'witnessmark', description: 'On one machine.' },
      },
    },
    security: [{ token: [] }, { session: [] }],
    tags: [...new Set(routes.map((it) => it.tag))].map((name) => ({ name })),
  };
}

function operationOf(route: Route, schemas: Map<string, Json>): Json {
  const { operation, summary, tag, roles, recorded, answer, body } = route;
  const who = roles === 'everybody' ? 'Anybody, signed in or not.' : `For ${roles.join(', ')}.`;
  return {
    operationId: operation,
    summary,
    description: recorded ? `${who} Recorded in the ledger.` : who,
    tags: [tag],
    ...(roles === 'everybody' ? { security: [] } : {}),
    parameters: [...parameters(route.params, 'path', schemas), ...parameters(route.query, 'query', schemas)],
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOfBody(body, schemas) } }),
    responses: {
      [answer.status]: { description: answer.says, content: contentOf(answer.content, schemas) },
      default: { $ref: '#/components/responses/Problem' },
    },
    'x-witnessmark-roles': roles === 'everybody' ? [] : [...roles],
  };
}

function contentOfBody(body: NonNullable<Route['body']>, schemas: Map<string, Json>): Json {
  if ('mediaTypes' in body) return Object.fromEntries(body.mediaTypes.map((it) => [it, {}]));
  return { 'application/json': { schema: schemaOf(body, 'input', schemas) } };
}

function contentOf(content: z.ZodType | string, schemas: Map<string, Json>): Json {
  return typeof content === 'string'
    ? { [content]: {} }
    : { 'application/json': { schema: schemaOf(content, 'output', schemas) } };
}

function parameters(shape: z.ZodObject, where: 'path' | 'query', schemas: Map<string, Json>): Json[] {
  const whole = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  hoist(whole, schemas);
  return Object.entries(whole.properties ?? {}).map(([name, { description, ...schema }]) => ({
    name,
    in: where,
    required: where === 'path' || (whole.required ?? []).includes(name),
    ...(description === undefined ? {} : { description }),
    schema: refer(schema as Json),
  }));
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly required?: readonly string[];
  readonly $defs?: Readonly<Record<string, Json>>;
}

/** A schema of the document; those with an id stand among the components, once. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Map<string, Json>): Json {
  // Within another object, so that a schema with an id is a definition and is referred to.
  const whole = z.toJSONSchema(z.object({ it: schema }), { io, unrepresentable: 'any' }) as JsonSchema;
  hoist(whole, schemas);
  return refer((whole.properties?.it ?? {}) as Json);
}

function hoist({ $defs = {} }: JsonSchema, schemas: Map<string, Json>): void {
  for (const [name, definition] of Object.entries($defs)) schemas.set(name, refer(definition));
}

/** What a schema says of itself; a property of such a name has a schema for its value. */
const OWN = new Set(['$schema', '$id', 'id']);

/** References lead to the components, and what belongs to a schema on its own is left out. */
function refer(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(refer);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.entries(schema).filter(([key, value]) => !OWN.has(key) || typeof value !== 'string');
  return Object.fromEntries(
    parts.map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', SCHEMAS) : refer(value),
    ]),
  );
}
