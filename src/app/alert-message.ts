import type { Alert } from '../model/alert.ts';
import type { Json } from '../model/json.ts';
import type { Message } from '../ports/messages.ts';
import { oneLine } from './one-line.ts';

/** Amazon SNS takes fewer than 100 characters of ASCII without line breaks. */
const MAX_SUBJECT = 99;

export interface Told {
  /** Ledger index of the alert's entry. */
  readonly entry: number;
  /** Set where the same alert may have been told before. */
  readonly mayRepeat: boolean;
}

/**
 * What people are told of an alert: what, who, where, when, why, and what to do. Of the record it says nothing but the
 * address, and that as redacted. Pure.
 */
export function alertMessage(alert: Alert, { entry, mayRepeat }: Told): Message {
  const { selector, severity, title, account, region, event } = alert;
  const subject = `[${severity}] ${title} (${account}, ${region})`;
  return {
    subject: subject.length <= MAX_SUBJECT ? ascii(subject) : ascii(shorter(alert)),
    text: `${linesOf(alert, entry, mayRepeat).join('\n')}\n`,
    attributes: {
      kind: 'alert',
      severity,
      selector,
      account,
      region,
      eventName: event.eventName,
      mayRepeat: String(mayRepeat),
    },
  };
}

/** The place is what tells two alerts apart, so the title gives way. */
function shorter({ severity, title, account, region }: Alert): string {
  const [head, tail] = [`[${severity}] `, ` (${account}, ${region})`];
  return `${head}${title.slice(0, MAX_SUBJECT - head.length - tail.length - 3)}...${tail}`;
}

function linesOf(alert: Alert, entry: number, mayRepeat: boolean): string[] {
  const { event, account, region, receivedAt, title, why, severity, remediation, problem } = alert;
  return [
    oneLine(title),
    '',
    ...(mayRepeat ? ['You may have been told this before: it was delivered more than once.', ''] : []),
    ...(problem === undefined ? [] : [`Whether it matches could not be found out: ${oneLine(problem)}`, '']),
    `What:      ${oneLine(event.eventName)} (${oneLine(event.eventSource)})`,
    `Who:       ${oneLine(event.actor)}`,
    `From:      ${oneLine(addressOf(alert.record))}`,
    `Where:     account ${account}, ${region}`,
    `When:      ${event.eventTime}, received ${receivedAt}`,
    `Severity:  ${severity}`,
    '',
    `Why it matters: ${oneLine(why)}`,
    `What to do: ${oneLine(remediation)}`,
    '',
    `Event id:     ${oneLine(event.eventID)}`,
    `Selector:     ${alert.selector}`,
    `Ledger entry: ${entry} (id ${alert.id})`,
  ];
}

function addressOf(record: Json | undefined): string {
  const isObject = typeof record === 'object' && record !== null && !Array.isArray(record);
  const address = isObject ? Reflect.get(record, 'sourceIPAddress') : undefined;
  return typeof address === 'string' && address !== '' ? address : 'unknown';
}

const ascii = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?');
