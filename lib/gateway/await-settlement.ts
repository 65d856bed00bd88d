import { env } from '../env'
import { failureReason } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { SettlingPayment } from '@/lib/payments'
import { settleNow, type SettleOutcome } from '@/lib/settlement'

/**
 * Waits for the settlement of a payment, at most `SETTLE_DEADLINE_MS`.
 * @throws AppError settlement-failed (nothing was charged), or settlement-pending if the outcome is not known: the same
 *   credential gets the answer later, so the agent must not sign again.
 */
export async function awaitSettlement(settling: SettlingPayment): Promise<Extract<SettleOutcome, { kind: 'settled' }>> {
  let settled: SettleOutcome
  try {
    settled = await settleNow(settling, env.SETTLE_DEADLINE_MS)
  } catch {
    // The database connection failed. The stored rows decide the outcome, and a later request or the worker reads them.
    settled = { kind: 'unknown' }
  }
  if (settled.kind === 'settled') return settled
  if (settled.kind === 'failed') throw settlementFailed(settled.reason)
  throw settlementPending(settled.hash)
}

/** `why` is the chain's reason for refusing the transfer. */
export function settlementFailed(why: string): AppError {
  const reason = failureReason(why)
  const sentence = /[.!?]$/.test(why) ? why : `${why}.`
  return new AppError('settlement-failed', `${sentence} Nothing was charged here.`, { extra: reason ? { reason } : {} })
}

/** 503, not a fresh 402: on a 402 a conforming client would sign again and pay twice. */
export function settlementPending(hash: string | undefined): AppError {
  return new AppError(
    'settlement-pending',
    'The payment was sent and its outcome is not known yet. Send the same request with the same credential again.',
    { headers: { 'Retry-After': '2' }, extra: hash === undefined ? {} : { transaction: hash } },
  )
}
