import { AppError } from '@/lib/errors'

/**
 * What is wrong with a signed payment, in one word for programs: it stands as `reason` in the problem, and x402's clients are told
 * it in x402's own words.
 */
const reasons = [
  'network',
  'scheme',
  'token',
  'domain',
  'recipient',
  'value',
  'not-yet-valid',
  'expired',
  'too-long',
  'signature',
  'spender',
  'facilitator',
  'nonce-used',
  'balance',
  'allowance',
  'sponsor',
  'layout',
  'simulation',
] as const
export type RefusalReason = (typeof reasons)[number]

export function isReason(value: unknown): value is RefusalReason {
  return reasons.some((reason) => reason === value)
}

/** A refusal of a credential that was read. */
export function refused(
  reason: RefusalReason,
  message: string,
  code: 'verification-failed' | 'payment-expired' | 'payment-insufficient' = 'verification-failed',
  cause?: unknown,
): AppError {
  return new AppError(code, message, { extra: { reason }, cause })
}
