import type { Hex } from 'viem'

/** Nothing more than that the outcome is open, with the hash where there is one. */
export function unknownOutcome(hash: Hex | undefined): { kind: 'unknown'; hash?: Hex } {
  return hash === undefined ? { kind: 'unknown' } : { kind: 'unknown', hash }
}
