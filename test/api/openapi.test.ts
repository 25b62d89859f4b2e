import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../src/api/api.ts';
import { openApiDocument } from '../../src/api/openapi.ts';
import { gatewayClaims, principalOf } from '../../src/api/principal.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { accessLog } from '../../src/app/access-log.ts';
import { keepHealth } from '../../src/app/health/measure.ts';
import { goodDisk, health } from '../app/health-world.ts';
import { CATALOGUE, ISSUER, world } from './support.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema?: object }> };
  readonly responses: Record<string, { content?: Record<string, { schema?: object }>; $ref?: string }>;
  readonly security?: readonly object[];
}
const document = openApiDocument(ROUTES) as unknown as {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
};
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(document, 'api');
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const { own, ask, as, store, jobs } = await world();
/** References of a schema lead into the document. */
const compiled = (schema: object) => ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));

describe('the OpenAPI document', () => {
  it('is the one that is committed', () => {
    expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(document);
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it('names each operation once, each parameter of a path, and what there is to refer to', () => {
    expect(new Set(operations.map((it) => it.operation.operationId)).size).toBe(ROUTES.length);
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((it) => it[1]);
      const inPath = operation.parameters.filter((it) => it.in === 'path');
      expect(
        inPath.map((it) => [it.name, it.required]),
        path,
      ).toEqual(named.map((it) => [it, true]));
    }
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((it) => it[1] ?? '');
    expect(pointers.length).toBeGreaterThan(ROUTES.length);
    for (const pointer of pointers) {
      const found = pointer
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect(found, pointer).toBeTypeOf('object');
    }
  });

  it('has schemas that are JSON Schema of 2020-12, all of them', () => {
    const schemas = operations.flatMap(({ operation: { parameters, requestBody, responses } }) => [
      ...parameters.map((it) => it.schema),
      ...Object.values(requestBody?.content ?? {}).flatMap((it) => it.schema ?? []),
      ...Object.values(responses).flatMap((it) => Object.values(it.content ?? {}).flatMap((one) => one.schema ?? [])),
    ]);
    expect(schemas.length).toBeGreaterThan(60);
    for (const schema of [...schemas, ...Object.values(document.components.schemas)])
      expect(ajv.validateSchema(schema)).toBe(true);
  });

  it('says of answers what they are', async () => {
    const [row] = await Array.fromAsync(store.index.evidence({}));
    const { id } = await jobs.request({
      assessment: own,
      version: 1,
      paper: 'A4',
      timeZone: 'UTC',
      by: { subject: 'a', issuer: 'b' },
    });
    const known: Record<string, string> = {
      assessment: own,
      control: 'B1.1',
      entry: String(row?.index),
      number: '0',
      run: String(row?.evidence.run),
      report: id,
    };
    await keepHealth(store, await health(await goodDisk()));
    let checked = 0;
    for (const { path, method, operation } of operations) {
      const schema = operation.responses['200']?.content?.['application/json']?.schema;
      if (method !== 'get' || schema === undefined) continue;
      const answer = await ask(
        as('admin'),
        path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? 'missing'),
      );
      expect(answer.status, path).toBe(200);
      const validate = compiled(schema);
      expect([path, validate(await answer.json()), validate.errors]).toEqual([path, true, null]);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(12);
    const problem = await ask(null, '/v1/evidence');
    expect(compiled({ $ref: '#/components/schemas/Problem' })(await problem.json())).toBe(true);
  });
});

describe('behind API Gateway', () => {
  const api = createApi({
    store,
    catalogue: CATALOGUE,
    accesses: accessLog(store),
    authorise: (_, env) => {
      const claims = gatewayClaims(env);
      return claims === undefined
        ? undefined
        : principalOf(claims, { issuer: ISSUER, audience: 'client' }, store.clock.now());
    },
    downloads: { offer: async (key) => ({ url: `https://bucket.example/${key}?signed` }) },
    jobs,
    requestId: () => crypto.randomUUID(),
    log: () => {},
  });
  const lambda = handle(api);
  const invoke = (path: string, claims?: object) =>
    lambda(
      {
        version: '2.0',
        routeKey: '$default',
        rawPath: path,
        rawQueryString: '',
        headers: { host: 'api.example' },
        isBase64Encoded: false,
        body: null,
        requestContext: {
          http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
          domainName: 'api.example',
          stage: '$default',
          ...(claims === undefined ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
        },
      } as unknown as LambdaEvent,
      {} as never,
    );
  const claims = {
    sub: 's',
    iss: ISSUER,
    client_id: 'client',
    exp: '4102444800',
    'cognito:groups': '[witnessmark-auditor]',
    'custom:assessments': own,
  };

  it('the claims that it verified say who is asking', async () => {
    const me = await invoke('/v1/me', claims);
    expect(JSON.parse(me.body)).toMatchObject({
      person: { subject: 's', issuer: ISSUER },
      roles: ['auditor'],
      assessments: [own],
    });
    expect((await invoke('/v1/evidence', claims)).statusCode).toBe(200);
    expect((await invoke('/v1/evidence')).statusCode).toBe(401);
    expect((await invoke('/v1/evidence', { ...claims, exp: '1' })).statusCode).toBe(401);
    expect((await invoke('/v1/accesses', claims)).statusCode).toBe(403);
  });

  it('a download leads to an address of its own', async () => {
    const job = (await Array.fromAsync(jobs.list())).find((it) => it.job.status === 'succeeded')?.job;
    const { statusCode, headers } = await invoke(`/v1/reports/${job?.id}/files/pack.zip`, claims);
    expect([statusCode, headers?.location]).toEqual([
      303,
      `https://bucket.example/reports/${job?.id}/boxes-2026-10-02.zip?signed`,
    ]);
  });
});
