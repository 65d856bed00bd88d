import type { Ctx } from '../ctx'
import { checkInstrument } from '@/lib/chains'
import type { AppError } from '@/lib/errors'
import { findClaim } from '@/lib/payments'
import { facilitation, type Facilitated } from '@/lib/protocols'
import { refused } from '@/lib/protocol-shared'
import type { Caller } from './Caller'
import { countVerification } from './count-verification'
import { assertAllowed } from './find-caller'
import { acceptedMethods } from './accepted-kinds'

/**
 * Checks whether a payment would settle now: terms, times, signature, nonce and balance on chain, then an earlier use
 * here. Writes only that it was called valid, and how often.
 * @throws AppError verification-failed | payment-expired | payment-insufficient, with `extra.reason`, if it would not;
 * unavailable if the chain cannot be asked, which says nothing about the payment; not-allowed.
 */
export async function verify(ctx: Ctx, caller: Caller, facilitated: Facilitated): Promise<void> {
  assertAllowed(caller, facilitated.network, facilitated.offer.asset.address)
  const { instrument } = facilitation.authorize(facilitated, 'verify', acceptedMethods, ctx.now())
  const { claimKey } = facilitated.signed
  try {
    await checkInstrument(facilitated.network, facilitated.offer.asset.address, instrument)
  } catch (error) {
    // An earlier settle is the reason: it used the nonce and the money.
    if (await findClaim(claimKey)) throw used()
    throw error
  }
  if (!(await countVerification(claimKey))) throw used()
}

/**
 * The refusal of a payload that was used before, here or at the gateway: whatever its outcome, it does not pay again.
 */
export function used(): AppError {
  return refused('nonce-used', 'This payment was already handed in to be settled.')
}
