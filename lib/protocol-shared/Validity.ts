import { refused } from './reason'

/** Time that a settlement needs. The x402 reference uses the same 6 s. */
const leftMsMin = 6_000
/** Longer than every challenge lives. An authorization without an end would reserve the payer's balance for ever. */
const aheadMsMax = 24 * 60 * 60_000

/**
 * The time range in which a signed message may be used: unix seconds in decimal. `names` are its members on the wire.
 */
export type Validity = { validAfter: string; validBefore: string; names: readonly [after: string, before: string] }

/**
 * Checks that the range includes now and leaves time to settle. @throws AppError payment-expired |
 * verification-failed
 */
export function check({ validAfter, validBefore, names: [after, before] }: Validity, nowMs: number): void {
  const now = BigInt(nowMs)
  if (BigInt(validAfter) * 1000n > now)
    throw refused('not-yet-valid', `The authorization is not valid yet (${after}).`, 'payment-expired')
  const endsAt = BigInt(validBefore) * 1000n
  if (endsAt < now + BigInt(leftMsMin))
    throw refused(
      'expired',
      `The authorization has expired or will within ${leftMsMin / 1000} seconds (${before}).`,
      'payment-expired',
    )
  if (endsAt > now + BigInt(aheadMsMax))
    throw refused(
      'too-long',
      `The authorization is valid for more than a day (${before}). Sign one that ends with the challenge.`,
    )
}
