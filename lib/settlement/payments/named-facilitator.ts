import type { Instrument } from '@/lib/chains'

/**
 * The only facilitator that the payer's signature allows: under `upto` the witness's facilitator, on Solana the fee
 * payer.
 */
export function namedFacilitator(instrument: Instrument): string | undefined {
  if (instrument.kind === 'permit2') return instrument.facilitator
  return instrument.kind === 'svm' ? instrument.feePayer : undefined
}
