import { z } from 'zod'
import { Eip3009, recoverSigner, type Instrument } from '@/lib/chains'
import type { Asset, Caip2 } from '@/lib/money'
import { refused } from './reason'
import * as shapes from './shapes'

/** An EIP-3009 `transferWithAuthorization` message as x402 and MPP carry it. Addresses and nonce are lower-case. */
export const Schema = z.strictObject({
  from: shapes.address,
  to: shapes.address,
  value: shapes.uint,
  validAfter: shapes.uint,
  validBefore: shapes.uint,
  nonce: shapes.bytes32,
})

export type TransferAuthorization = z.infer<typeof Schema>

/** A settlement needs this long: the x402 reference takes the same 6 s (research/x402.md 2.4). */
const leftMsMin = 6_000
/** Longer than any challenge lives; an authorization without end would reserve the payer's balance for ever. */
const aheadMsMax = 24 * 60 * 60_000

/**
 * The claim key. x402 and MPP share it, because they share the token's nonce space: one authorization
 * pays once, whatever protocol carries it.
 */
export function claimKey(network: Caip2, asset: string, { from, nonce }: TransferAuthorization): string {
  return ['eip3009', network, asset, from, nonce].join('|').toLowerCase()
}

export type Terms = { asset: Asset; payTo: string; amountBase: bigint }

/**
 * Checks an authorization against what was asked, then its signature: cheapest first, no chain.
 * @throws AppError verification-failed | payment-expired, naming the field.
 */
export function verify(
  authorization: TransferAuthorization,
  signature: `0x${string}`,
  terms: Terms,
  nowMs: number,
): Instrument {
  const { from, to, value, validAfter, validBefore, nonce } = authorization
  if (to !== terms.payTo.toLowerCase())
    throw refused('recipient', 'The authorization pays another recipient than the challenge asks.')
  if (BigInt(value) !== terms.amountBase)
    throw refused(
      'value',
      `The authorization moves ${value} base units; the challenge asks exactly ${terms.amountBase}.`,
    )
  checkTimes(BigInt(validAfter) * 1000n, BigInt(validBefore) * 1000n, BigInt(nowMs))
  const instrument = { kind: 'eip3009' as const, from, to, value, validAfter, validBefore, nonce, signature }
  if (recover(terms.asset, instrument) !== from)
    throw refused(
      'signature',
      'The signature is not by the account in "from", or signs another token, network or amount.',
    )
  return instrument
}

function checkTimes(validAfterMs: bigint, validBeforeMs: bigint, nowMs: bigint): void {
  if (validAfterMs > nowMs)
    throw refused('not-yet-valid', 'The authorization is not valid yet (validAfter).', 'payment-expired')
  if (validBeforeMs < nowMs + BigInt(leftMsMin))
    throw refused(
      'expired',
      `The authorization has expired or will within ${leftMsMin / 1000} seconds (validBefore).`,
      'payment-expired',
    )
  if (validBeforeMs > nowMs + BigInt(aheadMsMax))
    throw refused(
      'too-long',
      'The authorization is valid for more than a day (validBefore). Sign one that ends with the challenge.',
    )
}

function recover(asset: Asset, signed: TransferAuthorization & { signature: `0x${string}` }): string {
  try {
    return recoverSigner(Eip3009.digest(asset, signed), signed.signature).toLowerCase()
  } catch (cause) {
    const message = 'The signature is not a low-s ECDSA signature with v 27 or 28.'
    throw refused('signature', message, 'verification-failed', cause)
  }
}
