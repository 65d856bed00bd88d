import { z } from 'zod'
import { Eip3009 } from '@/lib/chains'
import type { Asset, Caip2 } from '@/lib/money'
import { refused } from './reason'
import * as shapes from './shapes'
import * as Signature from './Signature'
import * as Validity from './Validity'

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

/**
 * The claim key. x402 and MPP share it because they share the token's nonces: one authorization pays once, whatever
 * protocol carries it.
 */
export function claimKey(network: Caip2, asset: string, { from, nonce }: TransferAuthorization): string {
  return ['eip3009', network, asset, from, nonce].join('|').toLowerCase()
}

export type TransferTerms = { asset: Asset; payTo: string; amountBase: bigint }

/**
 * Checks an authorization against the offer, then its signature: cheapest check first, no chain.
 * @throws AppError verification-failed | payment-expired, naming the field.
 */
export function verify(
  authorization: TransferAuthorization,
  signature: `0x${string}`,
  terms: TransferTerms,
  nowMs: number,
  accounts: Signature.AcceptedAccounts = {},
): Eip3009.Eip3009Authorization {
  const { from, to, value, validAfter, validBefore, nonce } = authorization
  if (to !== terms.payTo.toLowerCase())
    throw refused('recipient', 'The authorization pays another recipient than the challenge asks.')
  if (BigInt(value) !== terms.amountBase)
    throw refused(
      'value',
      `The authorization moves ${value} base units; the challenge asks exactly ${terms.amountBase}.`,
    )
  Validity.check({ validAfter, validBefore, names: ['validAfter', 'validBefore'] }, nowMs)
  const message = { from, to, value, validAfter, validBefore, nonce }
  const signer = Signature.judge(Eip3009.digest(terms.asset, message), signature, from, accounts)
  return { kind: 'eip3009', ...message, ...signer }
}
