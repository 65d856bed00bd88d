import { getAddress } from 'viem'
import { z } from 'zod'
import { Chain, Permit2, type Instrument } from '@/lib/chains'
import { Amount, type Asset, type Caip2 } from '@/lib/money'
import { refused, shapes, Signature, Validity } from '@/lib/protocol-shared'
import { suffixOf } from '../builder-code'
import { parse } from '../parse'
import type { SchemeOffer, ParsedPayload, Payout } from '../Scheme'
import { sponsorOf } from './sponsor'

// Shared by the two schemes that move money by Permit2. Source: x402 specs/schemes/{exact,upto}, `@x402/evm`.

export const method = 'permit2'

const Witness = z.strictObject({ to: shapes.address, validAfter: shapes.uint })
const common = {
  from: shapes.address,
  permitted: z.strictObject({ token: shapes.address, amount: shapes.uint }),
  spender: shapes.address,
  nonce: shapes.uint,
  deadline: shapes.uint,
}
const signature = shapes.signature
const Signed = {
  exact: z.strictObject({ signature, permit2Authorization: z.strictObject({ ...common, witness: Witness }) }),
  upto: z.strictObject({
    signature,
    permit2Authorization: z.strictObject({ ...common, witness: Witness.extend({ facilitator: shapes.address }) }),
  }),
}

/** Whether Permit2 exists on a network. */
export function isThere(network: Caip2): boolean {
  return Chain.find(network)?.family === 'evm'
}

/** The one way to pay a network's token by Permit2. */
export function toOffer(
  { network, payTo, quote }: Payout,
  asset: Asset,
  scheme: SchemeOffer['scheme'],
  facilitator?: `0x${string}`,
): SchemeOffer {
  const amountBase = Amount.microsToBase(quote.priceMicros, asset.decimals)
  const extra = {
    // A missing name and version tell clients that the token has no EIP-2612.
    ...asset.eip712,
    assetTransferMethod: method,
    ...(facilitator && { facilitatorAddress: getAddress(facilitator) }),
  }
  return { scheme, network, v1Name: undefined, asset, payTo, amountBase, extra }
}

/** Undefined if it is not a Permit2 payload. @throws AppError payment-malformed */
export function read(
  scheme: SchemeOffer['scheme'],
  payload: unknown,
  network: Caip2,
  extensions: Record<string, unknown>,
): ParsedPayload | undefined {
  if (typeof payload !== 'object' || payload === null || !('permit2Authorization' in payload)) return undefined
  const signed = parse(Signed[scheme], payload, 'payload')
  const { from, nonce, permitted, witness } = signed.permit2Authorization
  return {
    payload: signed,
    // An owner's Permit2 nonces are shared by all tokens.
    claimKey: ['permit2', network, from, nonce].join('|'),
    amountBase: BigInt(permitted.amount),
    payTo: witness.to,
    payer: from,
    authorize: (offer, { contracts }, nowMs) => authorize(scheme, signed, extensions, { offer, contracts, nowMs }),
  }
}

type Terms = { offer: SchemeOffer; contracts: boolean | undefined; nowMs: number }

function authorize(
  scheme: SchemeOffer['scheme'],
  { signature, permit2Authorization }: z.infer<(typeof Signed)[SchemeOffer['scheme']]>,
  extensions: Record<string, unknown>,
  { offer, contracts, nowMs }: Terms,
): Instrument {
  const { from, permitted, spender, nonce, deadline, witness } = permit2Authorization
  const { to, validAfter } = witness
  const facilitator = 'facilitator' in witness ? witness.facilitator : undefined
  assertTerms(permit2Authorization, offer)
  if (spender !== Permit2.proxies[scheme].toLowerCase())
    throw refused('spender', `The permit is for another spender than x402's proxy (${Permit2.proxies[scheme]}).`)
  Validity.check({ validAfter, validBefore: deadline, names: ['witness.validAfter', 'deadline'] }, nowMs)
  const { token, amount: value } = permitted
  const message = { scheme, to, token, value, nonce, validAfter, deadline, ...(facilitator && { facilitator }) }
  const signer = Signature.judge(Permit2.digest(offer.network, message), signature, from, { contracts })
  const sponsor = sponsorOf(extensions, { from, asset: offer.asset, value, nowMs })
  const suffix = suffixOf(extensions)
  return {
    kind: 'permit2',
    ...message,
    from,
    ...signer,
    ...(sponsor && { sponsor }),
    ...(suffix && { suffix }),
  }
}

function assertTerms(
  { permitted, witness }: Pick<z.infer<(typeof Signed)['exact']>['permit2Authorization'], 'permitted' | 'witness'>,
  { scheme, asset, payTo, amountBase }: SchemeOffer,
): void {
  if (permitted.token !== asset.address.toLowerCase()) throw refused('token', 'The permit is for another token.')
  if (witness.to !== payTo.toLowerCase())
    throw refused('recipient', 'The witness names another recipient than the challenge asks.')
  const value = BigInt(permitted.amount)
  // The final charge may be less than the signed amount, never more.
  if (scheme === 'upto' ? value < amountBase : value !== amountBase)
    throw refused('value', `The permit is for ${value} base units; the challenge asks ${amountBase}.`)
}
