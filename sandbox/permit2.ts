import { encodeFunctionData, erc20Abi, type Address, type Hex } from 'viem'

// Permit2 and x402's two proxies stand at these addresses on every EVM chain.

export const permit2: Address = '0x000000000022D473030F116dDEE9F6B43aC78BA3'
export const exactProxy: Address = '0x402085c248EeA27D92E8b30b2C58ed07f9E20001'
export const uptoProxy: Address = '0x4020A4f3b7b90ccA423B9fabCc0CE57C6C240002'

/** Our stand-ins for them, by their names in sandbox/contracts. */
export const permit2Contracts = {
  Permit2: permit2,
  X402ExactPermit2Proxy: exactProxy,
  X402UptoPermit2Proxy: uptoProxy,
} as const

/** Calldata by which the holder of a token lets Permit2 move this much of it; base units. */
export function approvePermit2Data(valueBase: bigint): Hex {
  return encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [permit2, valueBase] })
}
