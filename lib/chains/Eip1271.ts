import { decodeAbiParameters, numberToHex, size, type Address, type Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import type { Deployment } from './Instrument'
import * as Multicall3 from './Multicall3'
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

/**
 * A wrapped signature opened: how the account is made, and the signature that it will take. Undefined when it is malformed.
 * Source: ERC-6492, abi.encode(factory, factoryCalldata, signature) before the magic bytes.
 */
export function unwrap(signature: Hex): { deploy: Deployment; signature: Hex } | undefined {
  try {
    const [factory, data, inner] = decodeAbiParameters(
      [{ type: 'address' }, { type: 'bytes' }, { type: 'bytes' }],
      signature.slice(0, -wrapped.length) as Hex,
    )
    if (size(data) < 4 || size(inner) === 0 || isWrapped(inner)) return undefined
    return { deploy: { factory: factory.toLowerCase() as Address, data }, signature: inner }
  } catch {
    return undefined
  }
}

/** Calldata of isValidSignature. */
export function isValidData(digest: Hex, signature: Hex): Hex {
  return `0x${selector}${digest.slice(2)}${uintWord(64)}${bytesWords(signature.slice(2))}`
}

/** Most gas that making an account may take: those of today take 150,000 to 400,000. */
export const deployGasMax = 1_000_000n

/**
 * The same of an account that its deployment would make, or that is there already: both are tried in one call that changes nothing.
 * @throws RpcError | TransportError
 */
export async function isValidOnceDeployed(
  network: Caip2,
  { account, deploy }: { account: string; deploy: Deployment },
  digest: Hex,
  signature: Hex,
): Promise<boolean> {
  const data = Multicall3.encode([
    { target: deploy.factory, callData: deploy.data },
    { target: account, callData: isValidData(digest, signature) },
  ])
  const gas = numberToHex(deployGasMax + BigInt(gasMax))
  try {
    const answer = await readRpc<Hex>(network, 'eth_call', [{ to: Multicall3.address, data, gas }, 'latest'])
    const [, asked] = Multicall3.decode(answer)
    return asked?.success === true && asked.returnData.toLowerCase() === magic
  } catch (error) {
    if (error instanceof TypeError || isRefused(error)) return false
    throw error
  }
}

/** Whether there is a contract at an address. @throws RpcError | TransportError */
export async function isDeployed(network: Caip2, account: string): Promise<boolean> {
  return (await readRpc<Hex>(network, 'eth_getCode', [account, 'latest'])) !== '0x'
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
    if (isRefused(error)) return false
    throw error
  }
}

/** Whether a node's error says that the call itself failed, and not that it could not be asked. */
export function isRefused(error: unknown): error is RpcError {
  return error instanceof RpcError && (error.code === 3 || /revert|gas/i.test(error.message))
}
