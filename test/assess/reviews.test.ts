import { describe, expect, it } from 'vitest';
import { reviewOf } from '../../src/assess/reviews.ts';
import type { Review } from '../../src/model/scope.ts';

const review = (given: Partial<Review> = {}): Review => ({
  control: 'X1',
  reviewer: 'Dana',
  on: '2026-11-02',
  conclusion: 'effective',
  comment: 'looked at every box',
  ...given,
});

describe('the review of a control', () => {
  it('is the newest one, and of two on one day the later in the file', () => {
    const reviews = [
      review({ reviewer: 'Second', on: '2026-11-03' }),
      review({ reviewer: 'Third', on: '2026-11-03' }),
      review({ reviewer: 'First' }),
      review({ control: 'X2', on: '2026-12-01' }),
    ];
    expect(reviewOf('X1', reviews, [])?.reviewer).toBe('Third');
  });

  it('says how much evidence came after the ledger that was reviewed, or that this is not known', () => {
    expect(reviewOf('X1', [review({ ledger_size: 10 })], [3, 9, 10, 11])?.newer).toBe(2);
    expect(reviewOf('X1', [review()], [3, 99])?.newer).toBeNull();
  });

  it('is none where nobody reviewed the control', () => {
    expect(reviewOf('X9', [review()], [1])).toBeNull();
  });
});
