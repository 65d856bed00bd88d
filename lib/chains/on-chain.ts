import type { ChainInstrument, Instrument } from './Instrument'

/** An instrument that a chain executes. @throws TypeError for one of another rail: no chain knows it. */
export function onChain(instrument: Instrument): ChainInstrument {
  if (instrument.kind === 'spt' || instrument.kind === 'preimage')
    throw new TypeError(`A payment by ${instrument.kind} moves on no chain`)
  return instrument
}
