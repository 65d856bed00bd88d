import type { Ctx } from '../ctx'
import { checkInstrument } from '@/lib/chains'
import type { AppError } from '@/lib/errors'
import { findClaim } from '@/lib/payments'
import { facilitation, type Facilitated } from '@/lib/protocols'
import { refused } from '@/lib/wire'
import type { Caller } from './Caller'
import { assertAllowed } from './find-caller'
import { takes } from './takes'
import * as Verified from './Verified'

/**
 * Whether a payment would settle now: terms, times, signature, an earlier use here, then the chain's word on nonce and
 * balance. Writes nothing.
 * @throws AppError verification-failed | payment-expired | payment-insufficient, with `extra.reason`: it would not;
 *   unavailable when the chain cannot be asked, which says nothing about the payment; not-allowed.
 */
export async function verify(ctx: Ctx, caller: Caller, asked: Facilitated): Promise<void> {
  assertAllowed(caller, asked.network, asked.offer.asset.address)
  const { instrument } = facilitation.authorize(asked, takes, ctx.now())
  const { claimKey } = asked.signed
  if (await findClaim(claimKey)) throw used()
  await checkInstrument(asked.network, asked.offer.asset.address, instrument)
  Verified.count(claimKey)
}

/** It was handed in before, here or at the gateway: whatever became of that, it does not pay again. */
export function used(): AppError {
  return refused('nonce-used', 'This payment was already handed in to be settled.')
}
