import { z } from 'zod';
import { Person, Role } from '../../model/access.ts';
import { json, type Route, route } from '../route.ts';
import { ALL, NONE } from '../shapes.ts';

export const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

export const Me = z
  .strictObject({ person: Person, roles: z.array(Role), assessments: z.array(z.string()), software: z.string() })
  .meta({ id: 'Me' });

export const META_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/v1/health',
    operation: 'getHealth',
    summary: 'Whether the API answers',
    tag: 'About',
    roles: 'everybody',
    recorded: false,
    params: NONE,
    query: NONE,
    answer: { status: 200, says: 'It does.', content: Health },
    handle: async () => json({ status: 'ok' } satisfies z.infer<typeof Health>),
  }),
  route({
    method: 'get',
    path: '/v1/openapi.json',
    operation: 'getOpenApi',
    summary: 'This document',
    tag: 'About',
    roles: 'everybody',
    recorded: false,
    tagged: true,
    params: NONE,
    query: NONE,
    answer: { status: 200, says: 'An OpenAPI 3.1 document.', content: 'application/json' },
    handle: async ({ document }) => json(document()),
  }),
  route({
    method: 'get',
    path: '/v1/me',
    operation: 'getMe',
    summary: 'Who is signed in, and what they may do',
    tag: 'About',
    roles: ALL,
    recorded: false,
    params: NONE,
    query: NONE,
    answer: { status: 200, says: 'The caller.', content: Me },
    handle: async ({ principal, ports }) => json({ ...principal, software: ports.store.software }),
  }),
];
