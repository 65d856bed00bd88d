import type { Instrument } from '@/lib/chains'

export type SvmInstrument = Extract<Instrument, { kind: 'svm' }>

/** A payer signs at most a blockhash's lifetime before its payment; the rest allows for clock differences. */
export const beforeMs = 5 * 60_000

export function sinceMs(ageMs: number): number {
  return Date.now() - ageMs - beforeMs
}

/** Where a message can run: not before this slot, not above this block. */
export type SvmBound = { firstSlot: bigint; lastValidHeight: bigint }
