import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCidr, rangesContain } from '../../../src/evaluate/functions/cidr.ts';
import { openPorts, opensPort } from '../../../src/evaluate/functions/network.ts';
import type { JsonObject } from '../../../src/model/json.ts';

const rule = (change: JsonObject = {}): JsonObject => ({
  protocol: 'tcp',
  from: 22,
  to: 22,
  cidrs: ['0.0.0.0/0'],
  groups: [],
  prefixLists: [],
  ...change,
});

describe('parseCidr', () => {
  it.each([
    ['10.1.2.3/8', 4, 0x0a000000n, 0x0affffffn],
    ['192.0.2.1', 4, 0xc0000201n, 0xc0000201n],
    ['::/0', 6, 0n, 2n ** 128n - 1n],
    ['2001:db8::1', 6, 0x20010db8n * 2n ** 96n + 1n, 0x20010db8n * 2n ** 96n + 1n],
    ['::ffff:192.0.2.1', 6, 0xffffc0000201n, 0xffffc0000201n],
  ])('reads %s', (text, version, first, last) => expect(parseCidr(text)).toMatchObject({ version, first, last }));

  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0/8',
    '010.0.0.1',
    '1.2.3.4/8/8',
    '1.2.3.4/',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '::/129',
    'fe80::1%eth0',
  ])('refuses %j', (text) => expect(() => parseCidr(text)).toThrow('expected an address range'));

  it('every address of a range is in it, and its neighbours are not', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), (address, prefix) => {
        const range = parseCidr(`${address}/${prefix}`);
        const single = (value: bigint) => ({ version: 4 as const, first: value, last: value, prefix: 32 });
        expect(rangesContain([range], parseCidr(address))).toBe(true);
        expect(rangesContain([range], single(range.first - 1n))).toBe(false);
        expect(rangesContain([range], single(range.last + 1n))).toBe(false);
      }),
    );
  });

  it('reads every way that IPv6 addresses are written', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(parseCidr(address).prefix).toBe(128);
      }),
    );
  });
});

describe('opensPort', () => {
  it('opens what the rule says and nothing else', () => {
    expect(opensPort([rule()], 22, '0.0.0.0/0')).toBe(true);
    expect(opensPort([rule()], 23, '0.0.0.0/0')).toBe(false);
    expect(opensPort([rule()], 22, '::/0')).toBe(false);
    expect(opensPort([], 22, '0.0.0.0/0')).toBe(false);
    expect(opensPort([rule({ cidrs: ['10.0.0.0/8'] })], 22, '0.0.0.0/0')).toBe(false);
    expect(opensPort([rule({ cidrs: ['10.0.0.0/8'] })], 22, '10.1.0.0/16')).toBe(true);
    expect(opensPort([rule({ cidrs: [], groups: ['sg-1'] })], 22, '0.0.0.0/0')).toBe(false);
  });

  it('sees ports inside a range, all protocols, and protocols by number', () => {
    expect(opensPort([rule({ from: 0, to: 65535 })], 3389, '0.0.0.0/0')).toBe(true);
    expect(opensPort([rule({ protocol: '-1', from: null, to: null })], 3389, '0.0.0.0/0')).toBe(true);
    expect(opensPort([rule({ protocol: '17' })], 22, '0.0.0.0/0')).toBe(true);
    expect(opensPort([rule({ protocol: 'icmp', from: -1, to: -1 })], 22, '0.0.0.0/0')).toBe(false);
    expect(opensPort([rule({ cidrs: ['::/0'] })], 22, '::/0')).toBe(true);
  });

  it('adds rules up: two halves are the whole Internet', () => {
    expect(opensPort([rule({ cidrs: ['0.0.0.0/1'] }), rule({ cidrs: ['128.0.0.0/1'] })], 22, '0.0.0.0/0')).toBe(true);
    expect(opensPort([rule({ cidrs: ['0.0.0.0/1'] }), rule({ cidrs: ['128.0.0.0/2'] })], 22, '0.0.0.0/0')).toBe(false);
  });

  it('does not say no where a prefix list may open the port', () => {
    const listed = rule({ cidrs: [], prefixLists: ['pl-0123'] });
    expect(() => opensPort([listed], 22, '0.0.0.0/0')).toThrow('port 22 is open to the prefix list pl-0123');
    expect(opensPort([listed], 80, '0.0.0.0/0')).toBe(false);
    expect(opensPort([listed, rule()], 22, '0.0.0.0/0')).toBe(true);
  });

  it('refuses rules and ports that are none', () => {
    expect(() => opensPort(null, 22, '0.0.0.0/0')).toThrow('malformed security group rules');
    expect(() => opensPort([{ protocol: 'tcp' }], 22, '0.0.0.0/0')).toThrow('malformed security group rules at 0.from');
    expect(() => opensPort([rule()], 70000, '0.0.0.0/0')).toThrow('expected a port');
  });

  it('a further rule never closes a port', () => {
    const cidr = fc.constantFrom('0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '10.0.0.0/8', '::/0');
    const any = fc
      .record({
        protocol: fc.constantFrom('tcp', 'udp', '-1', 'icmp'),
        from: fc.constantFrom(0, 22),
        to: fc.constantFrom(22, 443),
        cidrs: fc.array(cidr, { maxLength: 2 }),
      })
      .map((it) => rule(it));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), any, (list, extra) => {
        if (opensPort(list, 22, '0.0.0.0/0')) expect(opensPort([...list, extra], 22, '0.0.0.0/0')).toBe(true);
      }),
    );
  });
});

it('openPorts keeps the ports that are open, in order', () => {
  expect(openPorts([rule({ from: 20, to: 25 })], [3389, 25, 22], '0.0.0.0/0')).toEqual([25, 22]);
  expect(() => openPorts([rule()], ['ssh'], '0.0.0.0/0')).toThrow('expected a port from 0 to 65535, found "ssh"');
});
