import { z } from 'zod'
import { Amount, type Asset } from '@/lib/money'
import { shapes, TransferAuthorization } from '@/lib/protocol-shared'
import { suffixOf } from '../builder-code'
import { parse } from '../parse'
import type { SchemeOffer, Payout, Scheme } from '../Scheme'

/** The signed message and its signature; no other members are allowed. */
const Signed = z.strictObject({ signature: shapes.signature, authorization: TransferAuthorization.Schema })

type Eip3009Asset = Asset & Required<Pick<Asset, 'eip712'>>

/**
 * `exact` by EIP-3009: a signed transfer that any account may submit. Source: x402
 * specs/schemes/exact/scheme_exact_evm.md
 */
export const exactEip3009: Scheme = {
  name: 'exact eip3009',
  scheme: 'exact',
  family: 'eip3009',
  supports: (_, assets) => (assets.some(isEip3009) ? {} : undefined),
  takes: ({ asset, extra }) => asset.eip712 !== undefined && !('assetTransferMethod' in extra),
  offers(payout) {
    const asset = payout.assets.find(isEip3009)
    // It moves exactly the signed amount, so it cannot pay a price that is known only after the answer.
    return asset && !payout.quote.metered ? [toOffer(payout, asset)] : []
  },
  parse(payload, network, asset, extensions) {
    if (!isMine(payload)) return undefined
    const signed = parse(Signed, payload, 'payload')
    const { authorization, signature } = signed
    return {
      payload: signed,
      claimKey: TransferAuthorization.claimKey(network, asset, authorization),
      amountBase: BigInt(authorization.value),
      payTo: authorization.to,
      payer: authorization.from,
      authorize(offer, { contracts, deploys }, nowMs) {
        const suffix = suffixOf(extensions)
        const accounts = { contracts, deploys }
        const instrument = TransferAuthorization.verify(authorization, signature, offer, nowMs, accounts)
        return suffix ? { ...instrument, suffix } : instrument
      },
    }
  },
}

/** True for every payload that is not clearly Permit2, so that a broken payload gets a precise error. */
function isMine(payload: unknown): boolean {
  return (
    typeof payload !== 'object' || payload === null || !('permit2Authorization' in payload || 'transaction' in payload)
  )
}

function isEip3009(asset: Asset): asset is Eip3009Asset {
  return asset.eip712 !== undefined
}

function toOffer({ network, v1Name, payTo, quote }: Payout, asset: Eip3009Asset): SchemeOffer {
  const amountBase = Amount.microsToBase(quote.priceMicros, asset.decimals)
  return { scheme: 'exact', network, v1Name, asset, payTo, amountBase, extra: { ...asset.eip712 } }
}
