import { z } from 'zod';
import { newestHealth } from '../../app/health/measure.ts';
import { AuditRecord } from '../../model/audit-record.ts';
import { Health } from '../../model/health.ts';
import { Timestamp } from '../../model/primitives.ts';
import { PAGING, page, pageOf } from '../cursor.ts';
import { json, type Route, route } from '../route.ts';
import { NONE, notFound, WRITERS } from '../shapes.ts';

export const AuditItem = AuditRecord.omit({ salt: true, run: true, v: true, kind: true })
  .extend({ entry: z.int().min(0) })
  .meta({ id: 'Audit' });

const Query = z.strictObject({ from: Timestamp.optional(), to: Timestamp.optional(), ...PAGING });

const READS = { method: 'get', tag: 'Ledger', roles: WRITERS, recorded: false, params: NONE } as const;

export const HEALTH_ROUTES: readonly Route[] = [
  route({
    ...READS,
    path: '/v1/indicators',
    operation: 'getIndicators',
    summary: 'The newest measurement of the ten indicators of health; measuring takes longer than a request may',
    query: NONE,
    answer: { status: 200, says: 'The indicators with their targets.', content: Health },
    async handle({ ports }) {
      const found = await newestHealth(ports.store);
      if (found === undefined) throw notFound('measurement of health: `witnessmark status --keep` makes one');
      return json(found);
    },
  }),
  route({
    ...READS,
    path: '/v1/audits',
    operation: 'listAudits',
    summary: 'What the audits of the ledger came to that are entries of it, in ledger order',
    query: Query,
    answer: { status: 200, says: 'Audits.', content: pageOf(AuditItem) },
    async handle({ ports, query, known }) {
      await known();
      const { index } = ports.store;
      const { from, to } = query;
      const span = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      return json(
        await page(query, await index.size(), {
          of: 'listAudits',
          rows: (after, treeSize) =>
            index.bodies('audit', {
              ...span,
              ...(after === undefined ? {} : { after: { at: '', index: after.index } }),
              treeSize,
            }),
          placeOf: (it) => ({ index: it.index }),
          itemOf: ({ index: entry, body: { salt: _salt, run: _run, v: _v, kind: _kind, ...rest } }) => ({
            ...rest,
            entry,
          }),
        }),
      );
    },
  }),
];
