import type { WatchedMessage } from '../../src/app/watch-event.ts';
import { ACCOUNT } from './demo.ts';

/** A record of management events; the defaults are a sign-in as root. */
export const record = (more: object = {}) => ({
  eventVersion: '1.11',
  eventID: 'e1',
  eventTime: '2026-11-01T08:00:00Z',
  eventName: 'ConsoleLogin',
  eventSource: 'signin.amazonaws.com',
  eventType: 'AwsConsoleSignIn',
  awsRegion: 'us-east-1',
  recipientAccountId: ACCOUNT,
  sourceIPAddress: '203.0.113.10',
  userIdentity: { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
  responseElements: { ConsoleLogin: 'Success' },
  additionalEventData: { MFAUsed: 'Yes' },
  ...more,
});

/** As EventBridge hands a record on. */
export const envelope = (detail: object, more: object = {}) => ({
  version: '0',
  id: '0f9e8d7c-6b5a-4433-2211-00ffeeddccbb',
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.signin',
  account: ACCOUNT,
  time: '2026-11-01T08:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail,
  ...more,
});

let messages = 0;
/** As the queue gives it. */
export const message = (body: unknown, receivedAt = '2026-11-01T08:00:03.000Z'): WatchedMessage => {
  messages += 1;
  return { id: `m${messages}`, body: typeof body === 'string' ? body : JSON.stringify(body), receivedAt };
};

export const arrived = (more: object = {}): WatchedMessage => message(envelope(record(more)));
