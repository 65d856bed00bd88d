import type { Instrument } from '@/lib/chains'

/** Whom a payer signed for as the only one who can settle: under `upto` the witness's facilitator, on Solana the fee payer. */
export function namedFacilitator(instrument: Instrument): string | undefined {
  if (instrument.kind === 'permit2') return instrument.facilitator
  return instrument.kind === 'svm' ? instrument.feePayer : undefined
}
