import type { JsonObject } from '../../model/json.ts';
import { type Context, observedSources } from './context.ts';
import { subjectsOf } from './named-subjects.ts';
import { prop, props } from './parts.ts';
import { line, markup, markupLine } from './text.ts';

export const toolId = (context: Context): string => context.shared('tool', context.report.software);
export const accountId = (context: Context, account: string): string => context.shared('account', account);

interface Place {
  readonly account: string;
  readonly region: string;
  readonly subject: string;
}

export const subjectId = (context: Context, { account, region, subject }: Place): string =>
  context.shared('subject', account, region, subject);

/** The origin of everything that was collected and judged by software. */
export const toolOrigin = (context: Context): JsonObject => ({
  actors: [{ type: 'tool', 'actor-uuid': toolId(context) }],
});

/** The software that collected and judged. */
export function assessmentAssets(context: Context): JsonObject {
  const { software } = context.report;
  const tool = {
    uuid: toolId(context),
    type: 'software',
    title: markupLine(software),
    description: markup('Collects evidence through AWS read calls, seals it in an append-only ledger, and judges it.'),
    status: { state: 'operational' },
  };
  const platform = {
    uuid: context.shared('platform', software),
    title: markupLine(software),
    'uses-components': [{ 'component-uuid': toolId(context) }],
  };
  return { components: [tool], 'assessment-platforms': [platform] };
}

/** One component for each AWS account in scope. */
export function accountComponents(context: Context): JsonObject[] {
  const { accounts, regions } = context.report.scope;
  return accounts.map((account) => ({
    uuid: accountId(context, account),
    type: 'system',
    title: markupLine(`AWS account ${account}`),
    description: markup(`Resources of AWS account ${account} in ${regions.join(', ')}, and its global services.`),
    props: [prop('account-id', account), prop('regions', regions.join(' '))],
    status: { state: 'operational' },
  }));
}

/** One item for each resource that an observation names, in the order in which they are first named. */
export function* inventoryItems(context: Context): Generator<JsonObject> {
  const known = new Set(context.report.scope.accounts);
  const seen = new Set<string>();
  for (const { source } of observedSources(context.report)) {
    for (const place of subjectsOf(source).named) {
      const uuid = subjectId(context, place);
      if (seen.has(uuid)) continue;
      seen.add(uuid);
      yield inventoryItem(context, place, known.has(place.account));
    }
  }
}

function inventoryItem(context: Context, place: Place, hasComponent: boolean): JsonObject {
  const { account, region, subject } = place;
  const component = { 'component-uuid': accountId(context, account) };
  return {
    uuid: subjectId(context, place),
    description: markup(subject),
    props: [{ name: 'asset-id', value: line(subject) }, ...props({ 'account-id': account, region })],
    ...(hasComponent ? { 'implemented-components': [component] } : {}),
  };
}
