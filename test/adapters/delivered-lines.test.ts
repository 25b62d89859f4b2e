import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DELIVERY_LIMITS, deliveredLines } from '../../src/adapters/aws/deployed/delivered-lines.ts';
import { deliveryOf, lineOf, packed, TIMESTAMP } from '../api/gateway-lines.ts';

const refused = expect.objectContaining({ code: 'log-delivery-unreadable' });

describe('what a subscription of CloudWatch Logs delivers', () => {
  it('is lines and their times', () => {
    expect(deliveredLines(packed(deliveryOf([lineOf()])))).toEqual([{ timestamp: TIMESTAMP, message: lineOf() }]);
    const control = {
      ...deliveryOf(['CWL CONTROL MESSAGE: Checking health of destination Lambda.']),
      messageType: 'CONTROL_MESSAGE',
    };
    expect(deliveredLines(packed(control))).toEqual([]);
    const most = Array.from({ length: DELIVERY_LIMITS.lines }, () => lineOf());
    expect(deliveredLines(packed(deliveryOf(most)))).toHaveLength(most.length);
  });

  it.each([
    ['no gzip', 'nonsense'],
    ['nothing', ''],
    ['a gzip that is cut off', packed(deliveryOf([lineOf()])).slice(0, 60)],
    ['no JSON', gzipSync('{"messageType":').toString('base64')],
    ['another message', packed({ ...deliveryOf([]), messageType: 'OTHER' })],
    ['a time that is none', packed(deliveryOf([lineOf()], 1e15))],
    ['a time before 1970', packed(deliveryOf([lineOf()], -1))],
    ['too many lines', packed(deliveryOf(Array(DELIVERY_LIMITS.lines + 1).fill('')))],
    ['deep nesting', gzipSync('['.repeat(100_000)).toString('base64')],
    ['many values', gzipSync(`[${'0,'.repeat(1_000_000)}0]`).toString('base64')],
  ])('is refused where it is %s', (_, data) => {
    expect(() => deliveredLines(data)).toThrow(refused);
  });

  it('is not inflated beyond a limit', () => {
    const bomb = gzipSync(Buffer.alloc(DELIVERY_LIMITS.inflated + 1, ' ')).toString('base64');
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => deliveredLines(bomb)).toThrow(refused);
    expect(() => deliveredLines(bomb)).toThrow(/larger than/);
  });

  it('is not quoted in what is said of it', () => {
    expect(() => deliveredLines(gzipSync('secret').toString('base64'))).toThrow(/it is not JSON$/);
  });
});
