import { decodeAbiParameters, numberToHex, size, type Address, type Hex } from 'viem'
import type { Caip2 } from '@/lib/money'
import type { Deployment } from './Instrument'
import * as Multicall3 from './Multicall3'
import { readRpc, RpcError } from './rpc'
import { bytesWords, uintWord } from './word'

// A contract account decides itself whether a signature is its own.

const selector = '1626ba7e'
/** The function's selector, padded to a word: the only answer that means yes. */
const magic = `0x${selector.padEnd(64, '0')}`
/** Enough for passkeys and a few owners; a signature that needs more is refused. */
const gasMax = 500_000
/** The end of an ERC-6492 signature, whose account has to be deployed first. */
const wrapped = '6492'.repeat(16)

/** True if a signature belongs to an account that does not exist yet (ERC-6492). */
export function isWrapped(signature: Hex): boolean {
  return signature.toLowerCase().endsWith(wrapped)
}

/**
 * Opens a wrapped signature: the deployment call and the inner signature. Undefined if it is malformed. Source:
 * ERC-6492, abi.encode(factory, factoryCalldata, signature) before the magic bytes.
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

/** Most gas for deploying an account: today's need 150,000 to 400,000. */
export const deployGasMax = 1_000_000n

/**
 * The same check for an account that its deployment would create, or that exists already: one call tries both and
 * changes nothing.
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

/** True if there is a contract at an address. @throws RpcError | TransportError */
export async function isDeployed(network: Caip2, account: string): Promise<boolean> {
  return (await readRpc<Hex>(network, 'eth_getCode', [account, 'latest'])) !== '0x'
}

/**
 * True if the contract at `account` accepts the signature, at the latest block and with limited gas. A revert, no
 * contract and any other answer mean no.
 * @throws RpcError | TransportError if the chain cannot be asked: that says nothing about the signature.
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

/** True if a node's error means that the call itself failed, not that the node could not be asked. */
export function isRefused(error: unknown): error is RpcError {
  return error instanceof RpcError && (error.code === 3 || /revert|gas/i.test(error.message))
}
