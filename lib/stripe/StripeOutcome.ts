/** What is known after a call to Stripe. */
export type StripeOutcome<Value> =
  /** `replayed`: Stripe had done it before, under the same idempotency key. */
  | { kind: 'done'; value: Value; replayed: boolean }
  /** Stripe did not do it, and says why. */
  | { kind: 'refused'; code: string; reason: string; intentId?: string }
  /** Stripe may have done it. Only the same key, or a look, may find out. */
  | { kind: 'unknown'; reason: string }
