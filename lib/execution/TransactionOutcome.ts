import type { Hex } from 'viem'
import type { Log } from '@/lib/chains'
import type * as Transaction from './Transaction'

/**
 * What is known of a transaction when the wait ends. `unknown` is resolved later, never assumed. A hash has its chain's
 * own form: on Solana a base58 signature, although the type is that of EVM chains.
 */
export type TransactionOutcome =
  | ({ kind: 'included'; logs: readonly Log[] } & Ran)
  /** It ran and reverted: nothing changed. */
  | ({ kind: 'reverted'; reason: string } & Ran)
  /**
   * Proven never to run. `failures` names which of several calls the simulation refused, `asOf` the block that it ran
   * on.
   */
  | { kind: 'failed'; reason: string; failures?: readonly Transaction.CallFailure[]; asOf?: bigint }
  | { kind: 'unknown'; hash?: Hex }

type Ran = {
  hash: Hex
  blockNumber: bigint
  /** False while a reorganisation can still undo it. */
  isFinal: boolean
  /** How many reorganisations had removed its block when this was read. */
  reorgs: number
}

export type OutcomeRow = {
  status: Transaction.TransactionStatus
  hash: Hex | null
  blockNumber: bigint | null
  error: string | null
  logs: readonly Log[] | null
  reorgs: number
  /** The included attempt only used up the nonce. */
  isCancelled?: boolean
  /** Solana: few validators have voted on the block, so it may vanish at any time. */
  isProvisional?: boolean
  /** Hash of the last signed attempt, or null. */
  lastHash: Hex | null
  /** The simulation's failures, if they kept the call from being signed. */
  failures?: readonly Transaction.CallFailure[] | null
  asOf?: bigint | null
}

/** The outcome that a row shows. Pure. */
export function from(row: OutcomeRow): TransactionOutcome {
  switch (row.status) {
    case 'included':
    case 'safe':
    case 'final':
    case 'reverted':
      // After a cancelling attempt is included, a reorganisation can still let the call itself run.
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
