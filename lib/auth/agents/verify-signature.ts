import { ed25519 } from '@noble/curves/ed25519'
import { getBase58Encoder } from '@solana/kit'
import { hashMessage, type Hex } from 'viem'
import { Eip1271, recoverSigner, spellOut } from '@/lib/chains'
import { Caip } from '@/lib/money'
import { messageOf, type SignedChallenge } from './SignIn'

/**
 * How the wallet that a message names signed it: by its key, or as a contract; undefined when it did not. `mayAsk` says whether
 * its account may be asked, where it is a contract: that is a call to the chain, with bounded gas.
 *
 * The key of an address is believed whatever code is delegated to it: nothing is moved by this, no contract will ask, and under EIP-7702
 * the key stays the account's owner, who can take the code away. That is also what wallets' libraries take for a sign-in.
 * @throws RpcError | TransportError when the chain cannot be asked.
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

/** Strict: keys of small order, for which anybody can forge, are refused. */
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
