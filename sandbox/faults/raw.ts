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
  gas: bigint
  /** Its intrinsic gas, by Prague's rules. */
  intrinsicGas: bigint
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
      gas: unsigned.gas ?? 0n,
      intrinsicGas: intrinsicGas(unsigned.data ?? '0x', unsigned.to === undefined || unsigned.to === null),
      costWei: (unsigned.gas ?? 0n) * maxFeePerGas + (unsigned.value ?? 0n),
    }
  } catch {
    return undefined
  }
}

function word(hex: Hex): string {
  return hex.slice(2).padStart(64, '0')
}

/** 21,000, the data by EIP-2028 but at least by EIP-7623's floor, and a creation by EIP-2 and EIP-3860. */
function intrinsicGas(data: Hex, isCreation: boolean): bigint {
  const bytes = Buffer.from(data.slice(2), 'hex')
  const tokens = bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 4), 0)
  const creation = isCreation ? 32_000 + 2 * Math.ceil(bytes.length / 32) : 0
  return BigInt(21_000 + Math.max(4 * tokens + creation, 10 * tokens))
}
