import { describe, expect, it } from 'vitest';
import { unmonitored } from '../../../src/evaluate/functions/monitoring.ts';

const alarm = { name: 'alarm', actionsEnabled: true, actions: ['arn:aws:sns:eu-west-1:111122223333:alerts'] };
const trail = { arn: 'arn', managementEvents: 'All', narrowedBy: [] as string[] };
const filter = (pattern: string, changes = {}) => ({
  name: 'filter',
  pattern,
  fieldSelection: null,
  alarms: [alarm],
  trails: [trail],
  ...changes,
});
const event = { eventSource: 'kms.amazonaws.com', eventName: ['DisableKey', 'ScheduleKeyDeletion'], readOnly: false };
const both = '{ ($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion) }';

describe('unmonitored', () => {
  it('names the events that no filter certainly matches', () => {
    expect(unmonitored([], event)).toEqual(['DisableKey', 'ScheduleKeyDeletion']);
    expect(unmonitored([filter('{ $.eventName = DisableKey }')], event)).toEqual(['ScheduleKeyDeletion']);
    expect(unmonitored([filter('{ $.eventName = DisableKey && $.x = 1 }')], event)).toHaveLength(2);
    expect(unmonitored([filter(both)], event)).toEqual([]);
  });

  it('lets several filters do it together', () => {
    const filters = [filter('{ $.eventName = DisableKey }'), filter('{ $.eventName = Schedule* }')];
    expect(unmonitored(filters, event)).toEqual([]);
  });

  it.each([
    ['without an alarm', { alarms: [] }],
    ['with an alarm whose actions are off', { alarms: [{ ...alarm, actionsEnabled: false }] }],
    ['with an alarm without actions', { alarms: [{ ...alarm, actions: [] }] }],
    ['with criteria beside the pattern', { fieldSelection: '@aws.region = "eu-west-1"' }],
    ['of a trail without management events', { trails: [{ ...trail, managementEvents: 'None' }] }],
    ['of a trail for reads', { trails: [{ ...trail, managementEvents: 'ReadOnly' }] }],
    [
      'of a trail that leaves the source out',
      { trails: [{ ...trail, narrowedBy: ['eventSource NotEquals kms.amazonaws.com'] }] },
    ],
    ['of a trail narrowed in another way', { trails: [{ ...trail, narrowedBy: ['eventName StartsWith Disable'] }] }],
    [
      'of a trail narrowed by an unknown field',
      { trails: [{ ...trail, narrowedBy: ['userIdentity.arn NotEquals x'] }] },
    ],
    ['that no trail delivers to', { trails: [] }],
  ])('does not count a filter %s', (_, changes) => {
    expect(unmonitored([filter(both, changes)], event)).toEqual(['DisableKey', 'ScheduleKeyDeletion']);
  });

  it('counts a filter whose trail records these events all the same', () => {
    const narrowedBy = ['eventSource NotEquals rdsdata.amazonaws.com, ec2.amazonaws.com'];
    const trails = [{ ...trail, managementEvents: 'WriteOnly', narrowedBy }];
    expect(unmonitored([filter(both, { trails })], event)).toEqual([]);
    expect(unmonitored([filter(both, { trails })], { ...event, readOnly: true })).toHaveLength(2);
  });

  it('needs reads and writes where the event does not say which it is', () => {
    const trails = [{ ...trail, managementEvents: 'WriteOnly' }];
    expect(unmonitored([filter('', { trails })], { errorCode: 'AccessDenied*' })).toEqual(['errorCode AccessDenied*']);
  });

  it('takes several lists as all combinations, and describes an event without lists', () => {
    expect(unmonitored([], { a: ['1', '2'], b: ['x', null] })).toEqual(['1 x', '1 absent', '2 x', '2 absent']);
    expect(unmonitored([], { a: 'x', b: null, c: { not: 'y' }, d: true })).toEqual(['a x, b absent, c not y, d true']);
  });

  it('refuses what is no filter and no event, and too many events', () => {
    expect(() => unmonitored([{ pattern: 5 }], event)).toThrow('unmonitored: expected');
    expect(() => unmonitored(null, event)).toThrow('unmonitored: expected');
    expect(() => unmonitored([], { a: 5 })).toThrow('unmonitored: expected');
    const many = Array.from({ length: 30 }, (_, index) => String(index));
    expect(() => unmonitored([], { a: many, b: many })).toThrow('at most 500 events');
  });
});
