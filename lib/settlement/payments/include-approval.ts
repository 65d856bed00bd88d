import type { Ctx } from '../../ctx'
import { hasAllowance, type Call } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import { awaitOutcome, enqueueTransaction, submitNow } from '@/lib/execution'
import type { Payment } from '@/lib/payments'
import { isDuplicate } from '../channels/is-duplicate'

/**
 * Has the approval of Permit2 that a payer signed along with its payment included before the payment is sent, and waits for it at
 * most `waitMs`. It is stored and sent as everything is, so that a crash loses nothing; by itself it moves no money: whatever
 * becomes of it, nothing was charged, and a payment that is given up here was never sent. May be called twice.
 * @returns why there is no allowance, or undefined when there is, or none is needed.
 */
export async function includeApproval(ctx: Ctx, payment: Payment.Payment, waitMs: number): Promise<string | undefined> {
  const { instrument, network } = payment
  if (instrument.kind !== 'permit2' || instrument.sponsor?.kind !== 'approval') return undefined
  if (await hasAllowance(network, instrument)) return undefined
  const { bytes, hash } = instrument.sponsor
  // It has no end of its own; after the permit's it is of no use.
  const expiresAtMs = Number(instrument.deadline) * 1000
  const transactionId = await enqueueOnce(ctx, {
    ...{ kind: 'raw', network, purpose: 'settlement', from: instrument.from },
    ...{ bytes, hash, expiresAtMs },
  })
  await submitNow(ctx, transactionId)
  const outcome = await awaitOutcome(transactionId, waitMs)
  if (outcome.kind === 'included') return undefined
  if (outcome.kind === 'unknown') return 'The approval that came with the payment was not included in time.'
  return `The approval that came with the payment failed: ${outcome.reason}`
}

/** Another payment may have brought the same approval. */
async function enqueueOnce(ctx: Ctx, call: Extract<Call, { kind: 'raw' }>): Promise<string> {
  try {
    return (await withTransaction((tx) => enqueueTransaction(tx, ctx, call))).id
  } catch (error) {
    const [known] = isDuplicate(error)
      ? await db.query<{ id: string }>(sql`
          SELECT transaction_id AS id FROM attempt WHERE hash = ${call.hash.toLowerCase()}`)
      : []
    if (known) return known.id
    throw error
  }
}
