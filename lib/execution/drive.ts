import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { log } from '../log'
import { recordEvents, type Event } from '@/lib/audit'
import { RpcError, TransportError } from '@/lib/chains'
import { json, sql, withTransaction, type Sql } from '@/lib/db'
import * as Attempt from './Attempt'
import * as Backoff from './Backoff'
import { broadcastAttempt, holdMs } from './broadcast-attempt'
import * as Fee from './Fee'
import { release } from './lease'
import type { Prepared } from './prepare-call'
import { priceCall } from './price-call'
import { loadBytes } from './row'
import { signAttempt } from './sign-attempt'
import * as Transaction from './Transaction'

// A node that refuses bytes for another reason than fees or funds mostly wants another gas limit.
const resignsMax = 5

/**
 * Takes one leased transaction as far as it goes now: simulate, sign, store, send; or send what is stored. Trouble with the
 * chain gives it back for later; only trouble with the database is thrown.
 */
export async function drive(ctx: Ctx, transaction: Transaction.Transaction): Promise<void> {
  try {
    await advance(ctx, transaction)
  } catch (error) {
    if (!(error instanceof TransportError || error instanceof RpcError)) throw error
    log().warn({ err: error, transactionId: transaction.id, network: transaction.network }, 'the chain gave no answer')
    await release(transaction, Backoff.delayMs(transaction.epoch))
  }
}

async function advance(ctx: Ctx, transaction: Transaction.Transaction): Promise<void> {
  const stored = Attempt.latest(transaction.attempts)
  if (stored && !(Transaction.isOurs(transaction) && stored.answer === 'rejected' && stored.seq < resignsMax)) {
    await broadcastAttempt(ctx, transaction, { hash: stored.hash, raw: await loadBytes(stored.hash) })
    return
  }
  const prepared = await priceCall(transaction)
  if (prepared.kind === 'ready') {
    const fee = stored ? Fee.replacement(stored, prepared.market) : Fee.first(prepared.market)
    const signed = await signAttempt(ctx, transaction, { ...prepared, fee })
    if (!signed) return
    failpoint('after-attempt-commit')
    await broadcastAttempt(ctx, transaction, signed)
    return
  }
  // Bytes that once were signed are no proof of anything: they stay, and wait.
  if (prepared.kind === 'fail' && !stored) await fail(ctx, transaction, prepared)
  else await hold(ctx, transaction, prepared.reason)
}

async function fail(
  ctx: Ctx,
  { id, epoch }: Transaction.Transaction,
  { reason, simulation }: Extract<Prepared, { kind: 'fail' }>,
): Promise<void> {
  const error = `The simulation reverted: ${reason}`
  await change(
    ctx,
    sql`UPDATE transaction SET status = 'failed', error = ${error}, held_reason = NULL, lease_until = NULL,
          simulation = ${json(simulation)}::jsonb
        WHERE id = ${id}::uuid AND epoch = ${epoch} AND nonce IS NULL
          AND status = ANY(${Transaction.mayBecome('failed')}::transaction_status[])`,
    [
      { type: 'transaction.simulated', transactionId: id, data: { ...simulation } },
      { type: 'transaction.failed', transactionId: id, data: { reason: error, proof: 'never signed' } },
    ],
  )
}

async function hold(ctx: Ctx, transaction: Transaction.Transaction, reason: string): Promise<void> {
  const { id, epoch } = transaction
  if (reason === transaction.heldReason) return release(transaction, holdMs)
  await change(
    ctx,
    sql`UPDATE transaction SET status = 'held', held_reason = ${reason}, lease_until = NULL,
          due_at = now() + make_interval(secs => ${holdMs / 1000})
        WHERE id = ${id}::uuid AND epoch = ${epoch} AND status = ANY(${Transaction.mayBecome('held')}::transaction_status[])`,
    [{ type: 'transaction.held', transactionId: id, data: { reason } }],
  )
}

/** A guarded change of one row and the events that tell it; no change, no events. */
async function change(ctx: Ctx, update: Sql, events: readonly Event.Event[]): Promise<void> {
  await withTransaction(async (tx) => {
    if ((await tx.execute(update)) === 1) await recordEvents(tx, ctx, events)
  })
}
