import type { Hex } from 'viem'
import type { Log } from '@/lib/chains'
import type * as Transaction from './Transaction'

/**
 * What is known of a transaction when somebody stops waiting. `unknown` is resolved later, never assumed. A hash is as its chain
 * writes it: on Solana a signature in base58, though the type is that of EVM chains.
 */
export type TransactionOutcome =
  | ({ kind: 'included'; logs: readonly Log[] } & Ran)
  /** It ran and changed nothing. */
  | ({ kind: 'reverted'; reason: string } & Ran)
  /** Proven never to run. `failures` names which of several calls the simulation refused, `asOf` the block on whose state it did. */
  | { kind: 'failed'; reason: string; failures?: readonly Transaction.CallFailure[]; asOf?: bigint }
  | { kind: 'unknown'; hash?: Hex }

type Ran = {
  hash: Hex
  blockNumber: bigint
  /** Until its block is final a reorganisation can still undo this. */
  isFinal: boolean
  /** How many of them had taken its block back before this was read. */
  reorgs: number
}

export type OutcomeRow = {
  status: Transaction.TransactionStatus
  hash: Hex | null
  blockNumber: bigint | null
  error: string | null
  logs: readonly Log[] | null
  reorgs: number
  /** What was included only took the nonce. */
  isCancelled?: boolean
  /** In a block that few have voted on yet (Solana): it may vanish at any time. */
  isProvisional?: boolean
  /** The attempt that was signed last, or null. */
  lastHash: Hex | null
  /** Of a call that was never signed because of them. */
  failures?: readonly Transaction.CallFailure[] | null
  asOf?: bigint | null
}

/** What a row says. Pure. */
export function from(row: OutcomeRow): TransactionOutcome {
  switch (row.status) {
    case 'included':
    case 'safe':
    case 'final':
    case 'reverted':
      // A reorganisation can still make room for the call itself.
      if (row.hash === null || row.blockNumber === null || row.isCancelled || row.isProvisional) return unknown(row)
      return row.error === null
        ? { kind: 'included', logs: row.logs ?? [], ...ran(row, row.hash, row.blockNumber) }
        : { kind: 'reverted', reason: row.error, ...ran(row, row.hash, row.blockNumber) }
    case 'failed':
    case 'expired':
    case 'cancelled':
      return {
        ...{ kind: 'failed', reason: row.error ?? row.status },
        ...(row.failures && { failures: row.failures }),
        ...(typeof row.asOf === 'bigint' && { asOf: row.asOf }),
      }
    default:
      return unknown(row)
  }
}

function ran({ status, reorgs }: OutcomeRow, hash: Hex, blockNumber: bigint): Ran {
  return { hash, blockNumber, isFinal: status === 'final' || status === 'reverted', reorgs }
}

function unknown({ lastHash }: OutcomeRow): TransactionOutcome {
  return lastHash ? { kind: 'unknown', hash: lastHash } : { kind: 'unknown' }
}
