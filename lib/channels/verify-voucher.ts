import type { Hex } from 'viem'
import { Escrow, recoverPublicKey, spellOut, toAddress } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Channel } from './Channel'
import { findChannel } from './find-channel'

/** What never changes about a channel that was opened. */
export type ChannelIdentity = Pick<
  Channel,
  'id' | 'merchantId' | 'network' | 'escrow' | 'asset' | 'payer' | 'payee' | 'operator' | 'signer' | 'descriptor'
>

type Entry = { known: ChannelIdentity; key?: Uint8Array }

const entriesMax = 20_000
const entries = new Map<string, Entry>()

/** A channel that was opened here, mostly from memory; undefined when there is none, or not yet. */
export async function findKnown(channelId: string): Promise<ChannelIdentity | undefined> {
  const entry = entries.get(channelId)
  if (entry) return entry.known
  const channel = await findChannel(channelId)
  if (!channel || channel.status === 'opening' || channel.status === 'failed') return undefined
  const { id, merchantId, network, escrow, asset, payer, payee, operator, signer, descriptor } = channel
  const known = { id, merchantId, network, escrow, asset, payer, payee, operator, signer, descriptor }
  if (entries.size >= entriesMax) entries.delete(entries.keys().next().value ?? '')
  entries.set(channelId, { known })
  return known
}

/**
 * Checks a voucher's signature for a channel from `findKnown`, and returns its 65 bytes in the spelling that both contracts take. The key
 * that made it is recovered, not just verified: the contract recovers too, and a signature with the wrong last byte verifies but would
 * never settle. After the first voucher a comparison of keys is enough.
 *
 * No chain is asked, because neither contract asks for the code at the signer's address, now or when it settles: x402's escrow
 * recovers the `payerAuthorizer` by ECDSA where the channel names one, and only channels that do are taken here; Tempo's reserve
 * recovers by its precompile (TIP-1034, TIP-1020). A delegation (EIP-7702) that is set later therefore takes nothing from a
 * voucher, and there is nothing to cache.
 * @throws AppError session-invalid-signature | session-signer-mismatch
 */
export function verifyVoucher(known: ChannelIdentity, voucher: { cumulativeBase: bigint; signature: Hex }): Buffer {
  const digest = Escrow.voucherDigest(known.network, { channelId: known.id, ...voucher }, known.escrow)
  // What has no such spelling is told what is wrong with it.
  const signature = spellOut(voucher.signature) ?? voucher.signature
  const key = recover(digest, signature)
  const entry = entries.get(known.id)
  if (!entry?.key || !Buffer.from(entry.key).equals(key)) {
    if (toAddress(key) !== known.signer)
      throw new AppError(
        'session-signer-mismatch',
        `The voucher is signed by ${toAddress(key)}, and the channel's signer is ${known.signer}.`,
      )
    if (entry) entry.key = key
  }
  return Buffer.from(signature.slice(2), 'hex')
}

function recover(digest: Uint8Array, signature: Hex): Uint8Array {
  try {
    return recoverPublicKey(digest, signature)
  } catch (cause) {
    throw new AppError(
      'session-invalid-signature',
      `The voucher's signature is not valid: ${cause instanceof Error ? cause.message : 'it cannot be read'}.`,
      { cause },
    )
  }
}
