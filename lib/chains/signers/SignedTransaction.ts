import type { Hex } from 'viem'

/** Bytes to send, and their transaction hash. */
export type SignedTransaction = { raw: Buffer; hash: Hex }
