import { z } from 'zod';
import { AppliesIf } from './framework.ts';
import { AccountId, Day, Region } from './primitives.ts';

/** Accounts and regions that an assessment is about. `global` is always in scope. */
export const Scope = z.strictObject({ accounts: z.array(AccountId).min(1), regions: z.array(Region).min(1) });
export type Scope = z.infer<typeof Scope>;

/** An audit period in whole UTC days, both ends included. */
export const Period = z
  .strictObject({ from: Day, to: Day })
  .refine((it) => it.from <= it.to, 'expected `from` not to be after `to`');
export type Period = z.infer<typeof Period>;

/** An accepted risk. `subject` may end in `*`; `control` limits it to one control. */
export const RiskException = z.strictObject({
  id: z.string().min(1).max(60),
  source: z.string(),
  subject: z.string(),
  control: z.string().optional(),
  owner: z.string().min(1),
  approver: z.string().min(1),
  approved: Day,
  expires: Day,
  reason: z.string().min(10),
});
export type RiskException = z.infer<typeof RiskException>;

/** A person's statement for a manual source of a control. */
export const Attestation = z.strictObject({
  control: z.string(),
  ask: z.string(),
  by: z.string().min(1),
  on: Day,
  expires: Day,
  statement: z.string().min(10),
  /** SHA-256 of an attached file, if there is one. */
  attachment: z.string().optional(),
});
export type Attestation = z.infer<typeof Attestation>;

/** A control that is out of scope, with the reason and who approved that. */
export const NotApplicable = z.strictObject({
  control: z.string(),
  reason: z.string().min(10),
  approver: z.string().min(1),
});

/** What a reviewer concluded on a control, in the words that audit work papers use. */
export const Conclusion = z.enum(['effective', 'effective_with_exceptions', 'not_effective', 'not_concluded']);
export type Conclusion = z.infer<typeof Conclusion>;

/** A reviewer's conclusion on one control. It stands beside the verdict and never changes it. */
export const Review = z.strictObject({
  control: z.string(),
  reviewer: z.string().min(1),
  on: Day,
  conclusion: Conclusion,
  comment: z.string().min(10),
  /** Ledger size of the report that was reviewed, as on its cover: what came later was not seen. */
  ledger_size: z.int().min(1).optional(),
});
export type Review = z.infer<typeof Review>;

/** Who prepared, reviewed or approved the report. What is missing stays a line to sign by hand. */
export const SignOff = z.strictObject({
  role: z.enum(['prepared', 'reviewed', 'approved']),
  name: z.string().min(1),
  title: z.string().optional(),
  on: Day,
});
export type SignOff = z.infer<typeof SignOff>;

/** `exceptions.yaml`: everything that people say beside the collected evidence. */
export const Statements = z.strictObject({
  entity: z.array(AppliesIf).default([]),
  exceptions: z.array(RiskException).default([]),
  attestations: z.array(Attestation).default([]),
  not_applicable: z.array(NotApplicable).default([]),
  reviews: z.array(Review).default([]),
  sign_off: z.array(SignOff).default([]),
});
export type Statements = z.infer<typeof Statements>;
