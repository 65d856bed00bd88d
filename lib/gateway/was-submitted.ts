import { findAuthorizationUse, readAgreed } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Protocol } from '@/lib/payments'
import type { Quote } from '@/lib/pricing'
import { isPaidHereOnly } from '@/lib/settlement'

/**
 * Whether a refusal is only that another party already submitted what the payer signed: anybody may, who sees it on its way
 * here. It has paid all the same, when exactly the asked transfer is on chain in a block that is not older than our quote;
 * an older one was for something else. Settlement then finds that transfer, and no second thing can be had for it here. That it bought
 * nothing at another seller is sure only where `isPaidHereOnly`.
 * Source: attack I-B of arXiv 2605.11781.
 * @throws AppError with the refusal's code when the transfer is there and may have bought something elsewhere; unavailable when the
 * chain cannot be asked.
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
  // Blocks tell whole seconds.
  if (!block || (Number(block.timestamp) + 1) * 1000 < quote.issuedAtMs) return false
  if (isPaidHereOnly({ protocol, payTo })) return true
  const detail =
    `Another party has already submitted this authorization: transaction ${use.hash} paid ${to}. It may have bought something at another ` +
    'server with that address, so it buys nothing here. Sign a new authorization. The operator can have such transfers accepted by ' +
    'naming the address in EXCLUSIVE_PAYEES, where this server alone sells at it.'
  throw new AppError(error.code, detail, { extra: error.extra })
}
