import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alertMessage } from '../../src/app/alert-message.ts';
import { Alert } from '../../src/model/alert.ts';

const ALERT: Alert = {
  v: 1,
  kind: 'alert',
  id: '6c1f7a52-90b4-8d37-a0c5-2e8f4b6d1a39',
  run: '6c1f7a52-90b4-8d37-a0c5-2e8f4b6d1a39',
  at: '2026-11-02T09:30:07.412Z',
  salt: '0'.repeat(32),
  selector: 'cloudtrail-logging-stopped',
  severity: 'critical',
  title: 'A CloudTrail trail was stopped or deleted',
  why: 'From now on nobody can prove what happens.',
  remediation: 'Start the trail again.',
  account: '111122223333',
  region: 'eu-central-1',
  receivedAt: '2026-11-02T09:30:06.955Z',
  event: {
    eventID: 'e1',
    eventTime: '2026-11-02T09:30:02.000Z',
    eventName: 'StopLogging',
    eventSource: 'cloudtrail.amazonaws.com',
    actor: 'arn:aws:iam::111122223333:user/bob',
  },
  delivery: { id: 'd1', source: 'aws.cloudtrail', account: '111122223333', region: 'eu-central-1' },
  judgement: { sha256: '4'.repeat(64), expect: 'true', params: {} },
  record: { sourceIPAddress: '203.0.113.10', requestParameters: { name: 'main-trail' } },
};

it('says what, who, where, when, why and what to do', () => {
  expect(Alert.parse(ALERT)).toEqual(ALERT);
  const { subject, text, attributes } = alertMessage(ALERT, { entry: 41, mayRepeat: false });
  expect(subject).toBe('[critical] A CloudTrail trail was stopped or deleted (111122223333, eu-central-1)');
  expect(text).toMatchInlineSnapshot(`
    "A CloudTrail trail was stopped or deleted

    What:      StopLogging (cloudtrail.amazonaws.com)
    Who:       arn:aws:iam::111122223333:user/bob
    From:      203.0.113.10
    Where:     account 111122223333, eu-central-1
    When:      2026-11-02T09:30:02.000Z, received 2026-11-02T09:30:06.955Z
    Severity:  critical

    Why it matters: From now on nobody can prove what happens.
    What to do: Start the trail again.

    Event id:     e1
    Selector:     cloudtrail-logging-stopped
    Ledger entry: 41 (id 6c1f7a52-90b4-8d37-a0c5-2e8f4b6d1a39)
    "
  `);
  expect(attributes).toEqual({
    kind: 'alert',
    severity: 'critical',
    selector: 'cloudtrail-logging-stopped',
    account: '111122223333',
    region: 'eu-central-1',
    eventName: 'StopLogging',
    mayRepeat: 'false',
  });
});

it('has a subject that Amazon SNS takes, and no line that a name from outside has made, whatever the names are', () => {
  const name = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(name, name, name, name, (title, actor, eventName, address) => {
      const alert = {
        ...ALERT,
        title,
        event: { ...ALERT.event, actor, eventName },
        record: { sourceIPAddress: address },
      };
      const { subject, text } = alertMessage(alert, { entry: 1, mayRepeat: true });
      expect(subject).toMatch(/^\[critical\][\x20-\x7e]{1,89}$/);
      expect(subject).toContain('(111122223333, eu-central-1)');
      expect(text.split('\n').slice(1)).toHaveLength(17);
    }),
    { numRuns: 30 },
  );
});
