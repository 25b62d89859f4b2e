import { describe, expect, it } from 'vitest';
import { manualResults, validUntil } from '../../src/assess/manual.ts';
import type { Attestation } from '../../src/model/scope.ts';
import { control } from './rows-of.ts';

const ASK = 'Access policy, approved in the last twelve months';
const asking = control({
  sources: [{ check: 'a-b', strength: 'direct', why: 'it looks at every box' }, { manual: { ask: ASK, renew: '1y' } }],
});
const attestation = (given: Partial<Attestation> = {}): Attestation => ({
  control: 'X1',
  ask: ASK,
  by: 'Paula',
  on: '2026-03-01',
  expires: '2027-03-01',
  statement: 'the policy was approved by the board',
  ...given,
});
const resultOf = (attestations: Attestation[], lastDay = '2026-10-14') =>
  manualResults(asking, attestations, lastDay)[0];

describe('what people must provide', () => {
  it('is one result for each manual source, none for the others', () => {
    expect(manualResults(asking, [], '2026-10-14')).toEqual([
      { ask: ASK, renew: '1y', status: 'missing', attestation: null },
    ]);
    expect(manualResults(control(), [attestation()], '2026-10-14')).toEqual([]);
  });

  it('is valid to the day of its expiry, and expired after it', () => {
    expect(resultOf([attestation()])).toMatchObject({ status: 'valid', attestation: attestation() });
    expect(resultOf([attestation()], '2027-03-01')?.status).toBe('valid');
    expect(resultOf([attestation()], '2027-03-02')).toMatchObject({ status: 'expired', attestation: attestation() });
  });

  it('is never valid for longer than the control’s own renewal, whatever the statement says', () => {
    const long = attestation({ expires: '2036-03-01' });
    expect([resultOf([long], '2027-03-01')?.status, resultOf([long], '2027-03-02')?.status]).toEqual([
      'valid',
      'expired',
    ]);
  });

  it.each([
    ['90d', '2026-05-30'],
    ['3m', '2026-06-01'],
    ['6m', '2026-09-01'],
    ['1y', '2027-03-01'],
  ])('is due again after %s on %s', (renew, due) => {
    expect(validUntil(attestation({ expires: '2099-01-01' }), renew)).toBe(due);
  });

  it('is due on the last day of a shorter month', () => {
    expect(validUntil(attestation({ on: '2026-08-31', expires: '2099-01-01' }), '6m')).toBe('2027-02-28');
  });

  it('is missing where it was given after the period, for another control or to another question', () => {
    const others = [{ on: '2026-10-15' }, { control: 'X2' }, { ask: 'something else altogether' }];
    expect(others.map((given) => resultOf([attestation(given)])?.status)).toEqual(['missing', 'missing', 'missing']);
  });

  it('is the newest statement, even where an older one is valid for longer', () => {
    const older = attestation();
    const newer = attestation({ on: '2026-06-01', expires: '2026-09-01', by: 'Nadia' });
    for (const given of [
      [older, newer],
      [newer, older],
    ]) {
      expect(resultOf(given)).toMatchObject({ status: 'expired', attestation: newer });
    }
  });
});
