import type { Hex } from 'viem'
import type { Log } from '@/lib/chains'
import type * as Transaction from './Transaction'

/**
 * What is known of a transaction when somebody stops waiting. `unknown` is resolved later, never assumed. A hash is as its chain
 * writes it: on Solana a signature in base58, though the type is that of EVM chains.
 */
export type Outcome =
  | { kind: 'included'; hash: Hex; blockNumber: bigint; logs: readonly Log[] }
  /** It ran and changed nothing. Like `included`, a reorganisation can still undo this before the block is final. */
  | { kind: 'reverted'; hash: Hex; reason: string }
  /** Proven never to run. `failures` names which of several calls the simulation refused. */
  | { kind: 'failed'; reason: string; failures?: readonly Transaction.Failure[] }
  | { kind: 'unknown'; hash?: Hex }

export type Row = {
  status: Transaction.Status
  hash: Hex | null
  blockNumber: bigint | null
  error: string | null
  logs: readonly Log[] | null
  /** What was included only took the nonce. */
  isCancelled?: boolean
  /** In a block that few have voted on yet (Solana): it may vanish at any time. */
  isProvisional?: boolean
  /** The attempt that was signed last, or null. */
  lastHash: Hex | null
  /** Of a call that was never signed because of them. */
  failures?: readonly Transaction.Failure[] | null
}

/** What a row says. Pure. */
export function from(row: Row): Outcome {
  switch (row.status) {
    case 'included':
    case 'safe':
    case 'final':
    case 'reverted':
      // A reorganisation can still make room for the call itself.
      if (row.hash === null || row.blockNumber === null || row.isCancelled || row.isProvisional) return unknown(row)
      return row.error === null
        ? { kind: 'included', hash: row.hash, blockNumber: row.blockNumber, logs: row.logs ?? [] }
        : { kind: 'reverted', hash: row.hash, reason: row.error }
    case 'failed':
    case 'expired':
    case 'cancelled':
      return { kind: 'failed', reason: row.error ?? row.status, ...(row.failures && { failures: row.failures }) }
    default:
      return unknown(row)
  }
}

function unknown({ lastHash }: Row): Outcome {
  return lastHash ? { kind: 'unknown', hash: lastHash } : { kind: 'unknown' }
}
