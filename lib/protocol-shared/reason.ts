import { AppError } from '@/lib/errors'

/**
 * Why a signed payment is invalid, as one word for programs. The problem has it as `reason`; x402 clients get x402's
 * own code.
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

/** The refusal of a credential that could be read. */
export function refused(
  reason: RefusalReason,
  message: string,
  code: 'verification-failed' | 'payment-expired' | 'payment-insufficient' = 'verification-failed',
  cause?: unknown,
): AppError {
  return new AppError(code, message, { extra: { reason }, cause })
}
