import { findAuthorizationUse, readRpc } from '@/lib/chains'
import type { AppError } from '@/lib/errors'
import type { Protocol } from '@/lib/payments'
import type { Quote } from '@/lib/pricing'

/**
 * Whether a refusal is only that somebody else already submitted what the payer signed: anybody may, who sees it on its way
 * here. It has paid all the same, when exactly the asked transfer is on chain in a block that is not older than our quote;
 * an older one was for something else. Settlement then finds that transfer, and no second thing can be had for it.
 * Source: attack I-B of arXiv 2605.11781.
 * @throws AppError unavailable when the chain cannot be asked.
 */
export async function wasSubmitted(
  error: AppError,
  { network, asset }: Protocol.Credential,
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
  const block = await readRpc<{ timestamp: string } | null>(network, 'eth_getBlockByNumber', [number, false])
  // Blocks tell whole seconds.
  return block !== null && (Number(block.timestamp) + 1) * 1000 >= quote.issuedAtMs
}
