import type { Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import { readRpc, RpcError } from './rpc'
import { bytesWords, uintWord } from './word'

// Accounts that are contracts say themselves whether a signature is theirs.

const selector = '1626ba7e'
/** The function's selector, padded to a word: the only answer that means yes. */
const magic = `0x${selector.padEnd(64, '0')}`
/** Enough for passkeys and a few owners; what needs more is refused. */
const gasMax = 500_000
/** What an ERC-6492 signature ends with: it wants its account deployed first. */
const wrapped = '6492'.repeat(16)

/** Whether a signature is for an account that does not exist yet (ERC-6492). */
export function isWrapped(signature: Hex): boolean {
  return signature.toLowerCase().endsWith(wrapped)
}

/** Calldata of isValidSignature. */
export function isValidData(digest: Hex, signature: Hex): Hex {
  return `0x${selector}${digest.slice(2)}${uintWord(64)}${bytesWords(signature.slice(2))}`
}

/**
 * Whether the contract at `account` takes the signature for its own, at the latest block and with bounded gas. A revert, no
 * contract and any other answer mean no.
 * @throws RpcError | TransportError when the chain cannot be asked: that says nothing of the signature.
 */
export async function isValidNow(network: Caip2, account: string, digest: Hex, signature: Hex): Promise<boolean> {
  const call = { to: account, data: isValidData(digest, signature), gas: `0x${gasMax.toString(16)}` }
  try {
    return (await readRpc<Hex>(network, 'eth_call', [call, 'latest'])).toLowerCase() === magic
  } catch (error) {
    if (error instanceof RpcError && (error.code === 3 || /revert|gas/i.test(error.message))) return false
    throw error
  }
}
