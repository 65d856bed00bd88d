import { Svm, type Instrument } from '@/lib/chains'
import type { Payment } from '@/lib/payments'
import { findSvmTransfer } from '../find-svm-transfer'
import type { Finding } from '../find-transfer'

type Signed = Extract<Instrument, { kind: 'svm' }>

/** The payer's account has hardly more than this in the minute that its transaction can run. */
const newestMax = 20
const signaturePattern = /^[1-9A-HJ-NP-Za-km-z]{86,88}$/
/** Longer than any blockhash lives, with room for slow slots. */
const lifetimeMs = 180_000

/**
 * Looks for the payer's very message among what was run with its account: whoever signed for the fee, and under whichever
 * signature. What the upstream names is looked at first.
 * @throws RpcError | TransportError | AppError unavailable when the cluster cannot be asked: nothing is known then.
 */
export async function findSvmUse(payment: Payment.Payment, signed: Signed, claimed: string | null): Promise<Finding> {
  const { network } = payment
  const message = Svm.Payment.messageOf(toBase64(signed))
  const named = claimed !== null && signaturePattern.test(claimed) ? [claimed] : []
  for (const hash of new Set([...named, ...(await Svm.readSignatures(network, signed.source, newestMax))])) {
    const effects = await Svm.readEffects(network, hash)
    if (!effects || !Buffer.from(effects.message).equals(message)) continue
    return findSvmTransfer(payment, signed, { hash, blockNumber: effects.slot })
  }
  return { kind: 'unused' }
}

/** Whether a transaction that is on no chain yet never will be: its blockhash has died in a finalized block. */
export async function isSvmOver({ network }: Payment.Payment, signed: Signed, ageMs: number): Promise<boolean> {
  if (ageMs < lifetimeMs) return false
  return Svm.isStale(network, Svm.Payment.read(toBase64(signed)).blockhash)
}

function toBase64({ bytes }: Signed): string {
  return Buffer.from(bytes.slice(2), 'hex').toString('base64')
}
