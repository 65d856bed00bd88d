import type { Instrument } from '@/lib/chains'

export type SvmInstrument = Extract<Instrument, { kind: 'svm' }>

/** The payer's message ran no longer before its payment than a blockhash lives; the rest is for clocks that differ. */
export const beforeMs = 5 * 60_000

export function sinceMs(ageMs: number): number {
  return Date.now() - ageMs - beforeMs
}

/** Where a message can run: not before a slot, nor above a block. */
export type SvmBound = { firstSlot: bigint; lastValidHeight: bigint }
