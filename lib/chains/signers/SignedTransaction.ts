import type { Hex } from 'viem'

/** Bytes to send, and the hash under which the chain will know them. */
export type SignedTransaction = { raw: Buffer; hash: Hex }
