import type { Hex } from 'viem'

/** Bytes as hex for JSON-RPC. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

/** Hex as a bytea parameter. */
export function toBytea(hex: Hex): Buffer {
  return Buffer.from(hex.slice(2), 'hex')
}
