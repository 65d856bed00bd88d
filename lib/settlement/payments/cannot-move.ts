import { numberToHex, type Hex } from 'viem'
import { Eip3009, Permit2, readAgreed } from '@/lib/chains'
import { createHeads } from '@/lib/execution'
import type { Payment } from '@/lib/payments'
import type { TransferFinding } from './TransferFinding'

/** Whether a final block is past the end of what the payer signed, and shows it unused: then nobody can use it any more. */
export async function cannotMove(
  { network, asset, instrument }: Payment.Payment,
  finding: TransferFinding,
): Promise<boolean> {
  const bound = boundOf(asset, instrument)
  const final = bound && (await createHeads(network).final())
  if (!final || final.timestampMs < bound.endsAtMs) return false
  if (finding.kind === 'dead') return true
  // Asked of that very block: an endpoint that is behind has not got it, and cannot answer by an older one.
  const call = { to: bound.to, data: bound.data }
  const word = await readAgreed<Hex>(network, 'eth_call', [call, numberToHex(final.number)])
  return word !== undefined && word !== null && !bound.isUsed(BigInt(word))
}

type Bound = {
  /** The first instant, by the chain's clock, at which it can be used no more. */
  endsAtMs: number
  /** What tells whether it was used: a call, and what its word means. */
  to: string
  data: Hex
  isUsed(word: bigint): boolean
}

/** Undefined for what no facilitator but us can settle. */
function boundOf(asset: string, instrument: Payment.Payment['instrument']): Bound | undefined {
  if (instrument.kind === 'eip3009')
    return {
      endsAtMs: Number(instrument.validBefore) * 1000,
      to: asset,
      data: Eip3009.stateData(instrument.from, instrument.nonce),
      isUsed: (word) => word !== 0n,
    }
  if (instrument.kind !== 'permit2') return undefined
  return {
    // Its last second is one at which it can still be used.
    endsAtMs: (Number(instrument.deadline) + 1) * 1000,
    to: Permit2.address,
    data: Permit2.bitmapData(instrument.from, instrument.nonce),
    isUsed: (word) => Permit2.isUsed(word, instrument.nonce),
  }
}
