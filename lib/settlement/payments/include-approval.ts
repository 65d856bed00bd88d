import type { Ctx } from '../../ctx'
import { hasAllowance, type Call } from '@/lib/chains'
import { db, sql, withTransaction } from '@/lib/db'
import { awaitOutcome, enqueueTransaction, submitNow } from '@/lib/execution'
import type { Payment } from '@/lib/payments'
import { isDuplicate } from '../channels/is-duplicate'

/**
 * Gets the Permit2 approval that the payer signed included before the payment is sent, and waits at most `waitMs`. The
 * approval is stored and sent like every transaction, so a crash loses nothing. It moves no money: whatever its
 * outcome, nothing was charged, and a payment given up here was never sent. Idempotent.
 * @returns why there is no allowance; undefined if there is one, or none is needed.
 */
export async function includeApproval(ctx: Ctx, payment: Payment.Payment, waitMs: number): Promise<string | undefined> {
  const { instrument, network } = payment
  if (instrument.kind !== 'permit2' || instrument.sponsor?.kind !== 'approval') return undefined
  if (await hasAllowance(network, instrument)) return undefined
  const { bytes, hash } = instrument.sponsor
  // It has no expiry of its own. After the permit's expiry it is useless.
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
