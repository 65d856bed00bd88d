import { numberToHex, pad, toHex, type Address, type Hex } from 'viem'
import { encodeFunctionData, parseAbi } from 'viem/utils'
import type { Anvil } from './anvil'
import { compile } from './compile'
import { putCode } from './evm'

/** Where the counter contract stands on the local EVM chain. */
export const counter: Address = '0x00000000000000000000000000000000C0117e42'

export const counterAbi = parseAbi([
  'function execute(bytes32 intentId) payable',
  'function effects(bytes32 intentId) view returns (uint256)',
  'function total() view returns (uint256)',
  'error AlreadyExecuted(bytes32 intentId)',
  'error Closed()',
])

/** Puts the counter on a chain. */
export async function putCounter(anvil: Anvil, cacheDir: string): Promise<void> {
  await putCode(anvil, counter, compile('Counter', cacheDir))
}

/** The call that has an intent's one effect. */
export function executeData(intentId: Hex): Hex {
  return encodeFunctionData({ abi: counterAbi, functionName: 'execute', args: [intentId] })
}

/** Number of effects of an intent: 0 or 1. */
export async function effectsOf({ rpc }: Pick<Anvil, 'rpc'>, intentId: Hex): Promise<bigint> {
  const data = encodeFunctionData({ abi: counterAbi, functionName: 'effects', args: [intentId] })
  return BigInt(await rpc<Hex>('eth_call', [{ to: counter, data }, 'latest']))
}

/** Number of intents that had their effect. */
export async function totalEffects({ rpc }: Pick<Anvil, 'rpc'>): Promise<bigint> {
  const data = encodeFunctionData({ abi: counterAbi, functionName: 'total' })
  return BigInt(await rpc<Hex>('eth_call', [{ to: counter, data }, 'latest']))
}

/** Makes every `execute` revert from the next block on, or no longer. */
export async function closeCounter({ rpc }: Pick<Anvil, 'rpc'>, isClosed: boolean): Promise<void> {
  const slot = pad(numberToHex(0))
  await rpc('anvil_setStorageAt', [counter, slot, toHex(isClosed, { size: 32 })])
}
