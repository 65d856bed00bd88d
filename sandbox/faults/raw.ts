import { keccak256, parseTransaction, serializeTransaction, type Hex } from 'viem'
import { curve, toAddress } from '@/lib/chains/signature'

/** Signed bytes, as a pool reads them. Wei, and wei per gas. */
export type Raw = {
  hash: Hex
  bytes: Hex
  /** Lower-case. */
  from: string
  nonce: bigint
  chainId: number | undefined
  maxFeePerGas: bigint
  tipPerGas: bigint
  /** Most that it can cost: gas at its highest fee, and the value. */
  costWei: bigint
}

/**
 * Reads an Ethereum transaction (legacy, EIP-2930, EIP-1559), or undefined for what it does not know; a node that knows more
 * is left to judge that.
 */
export function readRaw(bytes: Hex): Raw | undefined {
  try {
    const { r, s, v, yParity, ...unsigned } = parseTransaction(bytes)
    if (r === undefined || s === undefined) return undefined
    const parity = yParity ?? (v === 27n || (v !== undefined && v > 28n && v % 2n === 1n) ? 0 : 1)
    const digest = keccak256(serializeTransaction(unsigned), 'bytes')
    const compact = Buffer.from(word(r) + word(s), 'hex')
    const maxFeePerGas = unsigned.maxFeePerGas ?? unsigned.gasPrice ?? 0n
    return {
      hash: keccak256(bytes),
      bytes,
      from: toAddress(curve.recover(digest, compact, parity === 0 ? 0 : 1)),
      nonce: BigInt(unsigned.nonce ?? 0),
      chainId: unsigned.chainId,
      maxFeePerGas,
      tipPerGas: unsigned.maxPriorityFeePerGas ?? maxFeePerGas,
      costWei: (unsigned.gas ?? 0n) * maxFeePerGas + (unsigned.value ?? 0n),
    }
  } catch {
    return undefined
  }
}

function word(hex: Hex): string {
  return hex.slice(2).padStart(64, '0')
}
