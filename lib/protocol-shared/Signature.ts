import type { Hex } from 'viem'
import { env } from '../env'
import { Eip1271, recoverSigner, spellOut, type Deployment } from '@/lib/chains'
import { refused } from './reason'

/** Whose account signed, as far as that can be told without the chain. */
export type SignerAccount = {
  /** As it is sent: of a key in the spelling that every contract takes, of a contract as it came. */
  signature: Hex
  /** No key of the payer's address signed: only a contract there can say whether the signature is its own. */
  contract?: true
  /** The contract does not exist yet: how it is made, and what it will take for its signature. */
  deploy?: Deployment
}

/** Whose signatures are taken besides those of keys: contracts', and those of contracts that an allowed factory makes. */
export type AcceptedAccounts = { contracts?: boolean | undefined; deploys?: boolean | undefined }

/**
 * Judges a signature over a digest: by the key of `from`, or, where contracts may pay, for the chain to judge. Neither says that it pays:
 * where there is code at `from` (EIP-7702 puts it at the address of a key), tokens ask that code, and so does `checkInstrument`.
 * @throws AppError verification-failed
 */
export function judge(
  digest: Hex,
  signature: Hex,
  from: string,
  { contracts, deploys }: AcceptedAccounts = {},
): SignerAccount {
  if (Eip1271.isWrapped(signature)) return judgeWrapped(signature, deploys === true)
  const spelled = spellOut(signature)
  const signer = spelled && recover(digest, spelled)
  if (spelled && signer === from) return { signature: spelled }
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
