import { z } from 'zod';
import { AccessRecord } from '../../model/access.ts';
import { Timestamp } from '../../model/primitives.ts';
import { PAGING, page, pageOf } from '../cursor.ts';
import { json, type Route, route } from '../route.ts';
import { NONE, WRITERS } from '../shapes.ts';

export const AccessItem = AccessRecord.omit({ salt: true, run: true, v: true, kind: true })
  .extend({ entry: z.int().min(0) })
  .meta({ id: 'Access' });

const Query = z.strictObject({ from: Timestamp.optional(), to: Timestamp.optional(), ...PAGING });

export const ACCESS_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/v1/accesses',
    operation: 'listAccesses',
    summary: 'Who was given evidence and downloads, and who was refused what, in ledger order',
    tag: 'Ledger',
    roles: WRITERS,
    recorded: true,
    params: NONE,
    query: Query,
    answer: { status: 200, says: 'Accesses.', content: pageOf(AccessItem) },
    async handle({ ports, query, known }) {
      await ports.accesses.publish();
      await known();
      const { index } = ports.store;
      const { from, to } = query;
      return json(
        await page(query, await index.size(), {
          of: 'listAccesses',
          rows: (after, treeSize) =>
            index.bodies('access', {
              ...(from === undefined ? {} : { from }),
              ...(to === undefined ? {} : { to }),
              ...(after === undefined ? {} : { after: { at: '', index: after.index } }),
              treeSize,
            }),
          placeOf: (it) => ({ index: it.index }),
          itemOf: ({ index: entry, body }) => {
            const { salt: _salt, run: _run, v: _v, kind: _kind, ...rest } = body;
            return { ...rest, entry };
          },
        }),
      );
    },
  }),
];
