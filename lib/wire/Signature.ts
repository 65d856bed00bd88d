import type { Hex } from 'viem'
import { Eip1271, recoverSigner } from '@/lib/chains'
import { refused } from './reason'

/** Whose account signed, as far as that can be told without the chain. */
export type Signer = {
  /** Only the contract at the payer's address can say whether the signature is its own. */
  contract?: true
}

/**
 * Judges a signature over a digest: by the key of `from`, or, where contracts may pay, for the chain to judge.
 * @throws AppError verification-failed
 */
export function judge(digest: Hex, signature: Hex, from: string, contracts = false): Signer {
  if (Eip1271.isWrapped(signature))
    throw refused(
      'signature',
      'The signature is of an account that does not exist yet (ERC-6492). Nothing is deployed here: deploy the account, then pay.',
    )
  const signer = recover(digest, signature)
  if (signer === from) return {}
  if (contracts) return { contract: true }
  if (signer === undefined)
    throw refused(
      'signature',
      'The signature is not a low-s ECDSA signature of 65 bytes with v 27 or 28. Smart accounts (ERC-1271) are not taken here.',
    )
  throw refused('signature', 'The signature is not by the account in "from", or signs other terms or another network.')
}

function recover(digest: Hex, signature: Hex): string | undefined {
  try {
    return recoverSigner(digest, signature).toLowerCase()
  } catch {
    return undefined
  }
}
