import type { Hex } from 'viem'
import { Escrow, recoverPublicKey, spellOut, toAddress } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import { type ChannelIdentity } from './ChannelIdentity'
import { identities } from './identity-cache'

/**
 * Checks a voucher's signature for a channel of `findChannelIdentity`, and returns its 65 bytes in the encoding that both
 * contracts accept. The key is recovered and not only verified: the contract recovers too, and a signature with a wrong last
 * byte verifies but would never settle. After the first voucher a comparison of keys is enough.
 *
 * Makes no chain call, because neither contract reads the code at the signer's address, now or at settlement: x402's escrow
 * recovers the `payerAuthorizer` by ECDSA if the channel names one, and only such channels are accepted here; Tempo's reserve
 * recovers by its precompile (TIP-1034, TIP-1020). A later delegation (EIP-7702) therefore invalidates no voucher, and nothing
 * has to be cached.
 * @throws AppError session-invalid-signature | session-signer-mismatch
 */
export function verifyVoucher(known: ChannelIdentity, voucher: { cumulativeBase: bigint; signature: Hex }): Buffer {
  const digest = Escrow.voucherDigest(known.network, { channelId: known.id, ...voucher }, known.escrow)
  // A signature without that encoding gets an error that names its fault.
  const signature = spellOut(voucher.signature) ?? voucher.signature
  const key = recover(digest, signature)
  const entry = identities.get(known.id)
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
