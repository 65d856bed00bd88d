import { findAuthorizationUse, readAgreed } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Protocol } from '@/lib/payments'
import type { Quote } from '@/lib/pricing'
import { isPaidHereOnly } from '@/lib/settlement'

/**
 * True if the only reason for the refusal is that another party already submitted the payer's authorization, as anyone
 * who intercepts it can. The transfer still counts as payment if exactly this transfer is on chain in a block that is not
 * older than our quote; an older one paid for something else. Settlement then finds that transfer, and it pays for one
 * request here. Only `isPaidHereOnly` proves that it paid for nothing at another seller.
 * Source: attack I-B of arXiv 2605.11781.
 * @throws AppError with the refusal's code if the transfer exists and may have paid another seller; unavailable if the
 *   chain cannot be read.
 */
export async function wasSubmitted(
  error: AppError,
  { network, asset, protocol, payTo }: Protocol.Credential,
  { instrument }: Protocol.Authorization,
  quote: Quote.Quote,
): Promise<boolean> {
  if (error.extra.reason !== 'nonce-used' || instrument.kind !== 'eip3009') return false
  const { from, to, value, nonce } = instrument
  const use = await findAuthorizationUse(network, {
    asset: asset as `0x${string}`,
    from,
    to,
    value: BigInt(value),
    nonce,
  })
  if (use.kind !== 'moved') return false
  const number = `0x${use.blockNumber.toString(16)}`
  const block = await readAgreed<{ timestamp: string } | null>(network, 'eth_getBlockByNumber', [number, false])
  // Block times are whole seconds.
  if (!block || (Number(block.timestamp) + 1) * 1000 < quote.issuedAtMs) return false
  if (isPaidHereOnly({ protocol, payTo })) return true
  const detail =
    `Another party has already submitted this authorization: transaction ${use.hash} paid ${to}. It may have bought something at another ` +
    'server with that address, so it buys nothing here. Sign a new authorization. The operator can have such transfers accepted by ' +
    'naming the address in EXCLUSIVE_PAYEES, where this server alone sells at it.'
  throw new AppError(error.code, detail, { extra: error.extra })
}
