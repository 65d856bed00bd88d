import type { Hex } from 'viem'
import { env } from '../env'
import { Eip1271, recoverSigner, spellOut, type Deployment } from '@/lib/chains'
import { refused } from './reason'

/** The account that signed, as far as it can be known without the chain. */
export type SignerAccount = {
  /** The signature for the transaction: a key's in the form that every contract accepts, a contract's unchanged. */
  signature: Hex
  /** The payer's key did not sign. Only a contract at that address can accept the signature. */
  contract?: true
  /** The contract does not exist yet: how to deploy it, and the signature that it will accept. */
  deploy?: Deployment
}

/** The kinds of signers accepted besides keys: contracts, and contracts that an allowed factory deploys. */
export type AcceptedAccounts = { contracts?: boolean | undefined; deploys?: boolean | undefined }

/**
 * Classifies a signature over a digest: by the key of `from` or, if contracts may pay, for the chain to check.
 * Neither result proves the payment: if `from` has code (also by EIP-7702), the token calls that code, and
 * `checkInstrument` does the same.
 * @throws AppError verification-failed
 */
export function judge(
  digest: Hex,
  signature: Hex,
  from: string,
  { contracts, deploys }: AcceptedAccounts = {},
): SignerAccount {
  if (Eip1271.isWrapped(signature)) return judgeWrapped(signature, deploys === true)
  const canonical = spellOut(signature)
  const signer = canonical && recover(digest, canonical)
  if (canonical && signer === from) return { signature: canonical }
  if (contracts) return { signature, contract: true }
  if (signer === undefined)
    throw refused(
      'signature',
      'The signature is not an ECDSA signature of 65 bytes, or of 64 (EIP-2098). Smart accounts (ERC-1271) are not taken here.',
    )
  throw refused('signature', 'The signature is not by the account in "from", or signs other terms or another network.')
}

function judgeWrapped(wrapped: Hex, deploys: boolean): SignerAccount {
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
