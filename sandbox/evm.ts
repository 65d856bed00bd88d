import { createRequire } from 'node:module'
import path from 'node:path'
import type { Address, Hex } from 'viem'
import { encodeFunctionData, parseAbi } from 'viem/utils'
import * as Settler from '../lib/chains/Settler'
import { sendFromFaucet, startAnvil, type Anvil } from './anvil'
import { batchSettlementContracts } from './batch-settlement'
import { compile } from './compile'
import { permit2Contracts } from './permit2'

/** Base Sepolia's id: clients know the network and its USDC without configuration. */
export const evmNetwork = 'eip155:84532'
/** Canonical address of USDC on Base Sepolia. */
export const usdc: Address = '0x036CbD53842c5426634e7929541eC2318f3dCF7e'
/** The second EVM chain, with the id of Polygon and its USDC. */
export const polygonNetwork = 'eip155:137'
export const polygonUsdc: Address = '0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359'
export const multicall3: Address = '0xcA11bde05977b3631167028862bE2a173976CA11'

/** The token functions that the sandbox uses; `mint` exists here only. */
export const tokenAbi = parseAbi([
  'function balanceOf(address owner) view returns (uint256)',
  'function transfer(address to, uint256 value) returns (bool)',
  'function mint(address to, uint256 value) returns (bool)',
])

const tokens = { [evmNetwork]: usdc, [polygonNetwork]: polygonUsdc }

export type EvmOptions = {
  /** Whose id it has; Base Sepolia's when absent. */
  network?: keyof typeof tokens
  port?: number
  /** Between two blocks that come without a transaction; 2, as on the real ones, when absent. */
  blockSeconds?: number
  /** Blocks until one is safe, and half of those until it is final; 1 when absent. */
  slotsInEpoch?: number
  /** Kept between runs when given. */
  stateFile?: string
  logFile: string
  /** Where compiled contracts are kept. */
  cacheDir: string
}

/**
 * The local EVM chain: anvil that mines at once on a transaction and every `blockSeconds` besides, so that blocks become safe
 * and final; our USDC, Permit2, x402's proxies, its batch-settlement escrow, Multicall3 and our settlement contract at their canonical addresses.
 */
export async function startEvm(options: EvmOptions): Promise<Anvil> {
  const { cacheDir, network = evmNetwork, blockSeconds = 2, ...anvilOptions } = options
  const code = compile('Usdc', cacheDir)
  const chainId = Number(network.slice('eip155:'.length))
  const name = network === evmNetwork ? 'evm chain' : `chain ${network}`
  const anvil = await startAnvil({ name, chainId, blockSeconds, ...anvilOptions })
  try {
    await putCode(anvil, tokens[network], code)
    for (const [name, address] of Object.entries({ ...permit2Contracts, ...batchSettlementContracts }))
      await putCode(anvil, address, compile(name, cacheDir))
    await putCode(anvil, Settler.address, Settler.code)
    // A call that creates a contract answers the code it would have.
    await putCode(anvil, multicall3, await anvil.rpc<Hex>('eth_call', [{ data: multicall3CreationCode() }, 'latest']))
    return anvil
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

/** The deployed Multicall3, which viem carries but does not export. */
function multicall3CreationCode(): Hex {
  const require = createRequire(import.meta.url)
  const file = path.join(path.dirname(require.resolve('viem')), 'constants', 'contracts.js')
  return (require(file) as { multicall3Bytecode: Hex }).multicall3Bytecode
}

/** Puts a contract's runtime code at an address, once. */
export async function putCode(anvil: Anvil, at: Address, code: Hex): Promise<void> {
  if ((await anvil.rpc<Hex>('eth_getCode', [at, 'latest'])) === code) return
  await anvil.rpc('anvil_setCode', [at, code])
}

/** Makes sure that an address has at least `minBase` USDC (base units, six decimals); Base Sepolia's when none is named. */
export async function fundUsdc(anvil: Anvil, to: Address, minBase: bigint, token = usdc): Promise<void> {
  const balanceBase = await tokenBalance(anvil, token, to)
  if (balanceBase >= minBase) return
  const data = encodeFunctionData({
    abi: tokenAbi,
    functionName: 'mint',
    args: [to, minBase - balanceBase],
  })
  await sendFromFaucet(anvil.rpc, token, data)
}

/** Makes sure that an address has at least `minWei` for gas. */
export async function fundGas(anvil: Anvil, to: Address, minWei: bigint): Promise<void> {
  const balance = BigInt(await anvil.rpc<Hex>('eth_getBalance', [to, 'latest']))
  if (balance < minWei) await anvil.rpc('anvil_setBalance', [to, `0x${minWei.toString(16)}`])
}

/** Base units. */
export async function tokenBalance(anvil: Pick<Anvil, 'rpc'>, token: Address, of: Address): Promise<bigint> {
  const data = encodeFunctionData({ abi: tokenAbi, functionName: 'balanceOf', args: [of] })
  return BigInt(await anvil.rpc<Hex>('eth_call', [{ to: token, data }, 'latest']))
}

/** Where the demo and the tests keep a chain's log. */
export function chainLog(dataDir: string, name: string): string {
  return path.join(dataDir, 'logs', `${name}.log`)
}
