import type { Hex } from 'viem'
import { env } from '../env'
import { Eip1271, recoverSigner, type Deployment } from '@/lib/chains'
import { refused } from './reason'

/** Whose account signed, as far as that can be told without the chain. */
export type Signer = {
  /** Only the contract at the payer's address can say whether the signature is its own. */
  contract?: true
  /** The contract does not exist yet: how it is made, and what it will take for its signature. */
  deploy?: Deployment
  signature?: Hex
}

/** Whose signatures are taken besides those of keys: contracts', and those of contracts that an allowed factory makes. */
export type Accounts = { contracts?: boolean | undefined; deploys?: boolean | undefined }

/**
 * Judges a signature over a digest: by the key of `from`, or, where contracts may pay, for the chain to judge.
 * @throws AppError verification-failed
 */
export function judge(digest: Hex, signature: Hex, from: string, { contracts, deploys }: Accounts = {}): Signer {
  if (Eip1271.isWrapped(signature)) return judgeWrapped(signature, deploys === true)
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

function judgeWrapped(wrapped: Hex, deploys: boolean): Signer {
  const what = 'The signature is of an account that does not exist yet (ERC-6492)'
  if (!deploys || env.DEPLOY_FACTORIES.length === 0)
    throw refused('signature', `${what}. Nothing is deployed here: deploy the account, then pay.`)
  const opened = Eip1271.unwrap(wrapped)
  if (!opened) throw refused('signature', `${what}, and is not made as that wants it.`)
  const { factory, data } = opened.deploy
  if (!env.DEPLOY_FACTORIES.includes(`${factory}:${data.slice(0, 10)}`))
    throw refused('signature', `${what}, by a call that is not made here: deploy the account, then pay.`)
  return { contract: true, ...opened }
}

function recover(digest: Hex, signature: Hex): string | undefined {
  try {
    return recoverSigner(digest, signature).toLowerCase()
  } catch {
    return undefined
  }
}
