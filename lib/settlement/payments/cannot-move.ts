import { numberToHex, type Hex } from 'viem'
import { Eip3009, Permit2, readAgreed } from '@/lib/chains'
import { createHeads } from '@/lib/execution'
import type { Payment } from '@/lib/payments'
import type { TransferFinding } from './TransferFinding'

/** True if a final block past the end of the signed validity shows it unused: then it can never be used. */
export async function cannotMove(
  { network, asset, instrument }: Payment.Payment,
  finding: TransferFinding,
): Promise<boolean> {
  const bound = boundOf(asset, instrument)
  const final = bound && (await createHeads(network).final())
  if (!final || final.timestampMs < bound.endsAtMs) return false
  if (finding.kind === 'dead') return true
  // Reads that very block: a lagging endpoint does not have it, and cannot answer from an older one.
  const call = { to: bound.to, data: bound.data }
  const word = await readAgreed<Hex>(network, 'eth_call', [call, numberToHex(final.number)])
  return word !== undefined && word !== null && !bound.isUsed(BigInt(word))
}

type Bound = {
  /** The first moment, by the chain's clock, at which it can no longer be used. */
  endsAtMs: number
  /** The call that shows whether it was used, and how to read its result. */
  to: string
  data: Hex
  isUsed(word: bigint): boolean
}

/** Undefined if only this server can settle it. */
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
    // It can still be used in its last second.
    endsAtMs: (Number(instrument.deadline) + 1) * 1000,
    to: Permit2.address,
    data: Permit2.bitmapData(instrument.from, instrument.nonce),
    isUsed: (word) => Permit2.isUsed(word, instrument.nonce),
  }
}
