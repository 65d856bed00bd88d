import { ed25519 } from '@noble/curves/ed25519'
import { getBase58Encoder } from '@solana/kit'
import { hashMessage, type Hex } from 'viem'
import { Eip1271, recoverSigner, spellOut } from '@/lib/chains'
import { Caip } from '@/lib/money'
import { messageOf, type SignedChallenge } from './SignIn'

/**
 * How the wallet in a message signed it: by its key, or as a contract; undefined if it did not. `mayAsk` returns whether the
 * account may be called if it is a contract: that is a chain call with bounded gas. The key of an address counts even if code
 * is delegated to it: a sign-in moves nothing and no contract checks it, and under EIP-7702 the key still owns the account and
 * can remove the code. Wallet libraries accept the same.
 * @throws RpcError | TransportError if the chain cannot be reached.
 */
export async function verifySignature(
  signed: SignedChallenge,
  mayAsk: () => Promise<boolean>,
): Promise<'key' | 'contract' | undefined> {
  const message = attempt(() => messageOf(signed))
  if (message === undefined) return undefined
  const { network, address, signature } = signed
  if (Caip.isSolana(network)) return attempt(() => isOfSolana(message, address, signature)) ? 'key' : undefined
  const digest = hashMessage(message)
  const spelled = spellOut(signature as Hex)
  if (spelled && attempt(() => recoverSigner(digest, spelled)) === address) return 'key'
  const isHex = /^0x([0-9a-fA-F]{2})+$/.test(signature)
  // An account that does not exist yet has bought nothing.
  if (!isHex || Eip1271.isWrapped(signature as Hex) || !(await mayAsk())) return undefined
  return (await Eip1271.isValidNow(network, address, digest, signature as Hex)) ? 'contract' : undefined
}

/** Strict: refuses keys of small order, whose signatures can be forged. */
function isOfSolana(message: string, address: string, signature: string): boolean {
  const base58 = getBase58Encoder()
  const [key, bytes] = [base58.encode(address), base58.encode(signature)]
  return ed25519.verify(new Uint8Array(bytes), new TextEncoder().encode(message), new Uint8Array(key), {
    zip215: false,
  })
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
