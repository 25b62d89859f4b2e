import { z } from 'zod';
import { endOf, startOf } from '../../assess/days.ts';
import { Alert } from '../../model/alert.ts';
import { Severity } from '../../model/check.ts';
import { AccountId, Timestamp } from '../../model/primitives.ts';
import { versionOf } from '../about.ts';
import { PAGING, page, pageOf } from '../cursor.ts';
import { type Call, json, type Route, route } from '../route.ts';
import { ABOUT, NONE, READERS } from '../shapes.ts';

/** An alert and the ledger entry that commits to it. */
export const AlertItem = Alert.omit({ salt: true, run: true, v: true, kind: true })
  .extend({ entry: z.int().min(0) })
  .meta({ id: 'Alert' });

const Query = z.strictObject({
  ...ABOUT,
  severity: Severity.optional(),
  selector: z.string().min(1).max(160).optional(),
  account: AccountId.optional(),
  from: Timestamp.optional().describe('Only alerts of events of this time or later.'),
  to: Timestamp.optional().describe('Only alerts of events of this time or earlier.'),
  ...PAGING,
});
type Query = z.infer<typeof Query>;

type Wanted = (alert: Alert) => boolean;

/**
 * Events of an account belong to an assessment wherever they happened, as event evidence does: signing in, and what is
 * done to IAM, is in one region for all.
 */
async function wantedOf({
  query,
  known,
  assessment,
}: Pick<Call<unknown, Query, unknown>, 'query' | 'known' | 'assessment'>) {
  const about = assessment === undefined ? undefined : (await versionOf({ known }, assessment)).assessment;
  if (about === undefined) await known();
  const isAsked: Wanted = ({ severity, selector, account, event: { eventTime } }) =>
    (query.severity ?? severity) === severity &&
    (query.selector ?? selector) === selector &&
    (query.account ?? account) === account &&
    (query.from ?? eventTime) <= eventTime &&
    (query.to ?? eventTime) >= eventTime;
  if (about === undefined) return isAsked;
  const [from, to] = [startOf(about.period), endOf(about.period)];
  const isWithin: Wanted = ({ account, event: { eventTime } }) =>
    about.scope.accounts.includes(account) && eventTime >= from && eventTime <= to;
  return (alert: Alert) => isWithin(alert) && isAsked(alert);
}

export const ALERT_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/v1/alerts',
    operation: 'listAlerts',
    summary: 'Watched events that people were told of, with the redacted records, in ledger order',
    tag: 'Alerts',
    roles: READERS,
    recorded: true,
    params: NONE,
    query: Query,
    answer: { status: 200, says: 'Alerts.', content: pageOf(AlertItem) },
    async handle(call) {
      const isWanted = await wantedOf(call);
      const { index } = call.ports.store;
      return json(
        await page({ ...call.query, assessment: call.assessment }, await index.size(), {
          of: 'listAlerts',
          rows: (after, treeSize) =>
            index.bodies('alert', {
              ...(after === undefined ? {} : { after: { at: '', index: after.index } }),
              treeSize,
            }),
          placeOf: (it) => ({ index: it.index }),
          itemOf: ({ index: entry, body }) => {
            if (!isWanted(body)) return undefined;
            const { salt: _salt, run: _run, v: _v, kind: _kind, ...rest } = body;
            return { ...rest, entry };
          },
        }),
      );
    },
  }),
];
