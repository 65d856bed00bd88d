import { Svm } from '@/lib/chains'
import type { Payment } from '@/lib/payments'
import { type SvmBound, beforeMs } from './SvmUse'

/** No cluster's slots are shorter. */
const slotMsMin = 200

/**
 * Of a message that was signed before now, for a payment of this age. Twice what a blockhash lives for: every endpoint may be behind
 * the one that the payer asked.
 * @throws RpcError | TransportError
 */
export async function boundSvmUse({ network }: Payment.Payment, ageMs: number): Promise<SvmBound> {
  const { height, slot } = await Svm.readTop(network)
  const slotsBefore = BigInt(Math.ceil((ageMs + beforeMs) / slotMsMin))
  const firstSlot = slot > slotsBefore ? slot - slotsBefore : 0n
  return { firstSlot, lastValidHeight: height + 2n * Svm.validBlocks }
}
