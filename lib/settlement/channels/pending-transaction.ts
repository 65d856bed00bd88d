import type { Hex } from 'viem'

/** The outcome is unknown; with the transaction's hash if there is one. */
export function unknownOutcome(hash: Hex | undefined): { kind: 'unknown'; hash?: Hex } {
  return hash === undefined ? { kind: 'unknown' } : { kind: 'unknown', hash }
}
