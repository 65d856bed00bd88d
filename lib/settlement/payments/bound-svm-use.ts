import { Svm } from '@/lib/chains'
import type { Payment } from '@/lib/payments'
import { type SvmBound, beforeMs } from './SvmUse'

/** No cluster has shorter slots. */
const slotMsMin = 200

/**
 * Limits for a message that was signed before now, for a payment of this age. Twice the lifetime of a blockhash: every
 * endpoint may lag behind the one that the payer used.
 * @throws RpcError | TransportError
 */
export async function boundSvmUse({ network }: Payment.Payment, ageMs: number): Promise<SvmBound> {
  const { height, slot } = await Svm.readTop(network)
  const slotsBefore = BigInt(Math.ceil((ageMs + beforeMs) / slotMsMin))
  const firstSlot = slot > slotsBefore ? slot - slotsBefore : 0n
  return { firstSlot, lastValidHeight: height + 2n * Svm.validBlocks }
}
