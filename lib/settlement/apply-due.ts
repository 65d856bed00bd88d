import type { Ctx } from '../ctx'
import { log } from '../log'
import { serveNetworks } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import { toAppError } from '@/lib/errors'
import { awaitOutcome, submitNow } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { applyBatch } from './payments/apply-batch'
import { applyChannelBatch } from './channels/apply-channel-batch'
import { takeBack, toTakeBack } from './payments/take-back'
import { lookAtWatched } from './payments/look-at-watched'

/**
 * Batches of each network in one claim. Half of them are new ones, newest first, because agents wait for their answers.
 */
const share = 50
/** A batch that is claimed is hidden from other processes for this long. */
const claimMs = 30_000
/**
 * Delay before the next look at an unfinished batch: first and longest. Part of it is random, so that many do not
 * return together.
 */
const againMs = 1_000
const againMaxMs = 5 * 60_000
/** Longest delay while the block is not final yet: that ends by itself, and soon. */
const notFinalMs = 15_000

type Due = { id: string; network: Caip2; form: string; transactionId: string; looks: number; createdAt: Date }

const hasRun: Sql = sql`b.status = 'submitted' AND b.due_at <= now() AND t.status NOT IN ('queued', 'signed', 'submitted', 'held')`

/** SQL condition: `applyDue` may have something to do. */
export const toApply: Sql = sql`(
  EXISTS (SELECT FROM settlement_batch b JOIN transaction t ON t.id = b.transaction_id WHERE ${hasRun})
  OR ${toTakeBack} OR EXISTS (SELECT FROM payment_watch WHERE due_at <= now()))`

/**
 * Books batches whose transaction has run while no request waited for it (after a crash or a timeout), and takes back
 * what a reorganisation has undone since. A batch that has no transaction of ours is looked at until it is final. A
 * batch with an unknown outcome is looked at less and less often and does not delay the others. Safe to run in any
 * process at any time; claims no batch after `budgetMs`.
 * @returns the number of batches booked, plus payments and refunds taken back.
 */
export async function applyDue(ctx: Ctx, budgetMs = 15_000): Promise<number> {
  let moved = await takeBack(ctx)
  const work = async (_: Caip2, batches: readonly Due[]) => {
    for (const batch of batches) if (await applyOne(ctx, batch)) moved += 1
  }
  await Promise.all([serveNetworks({ claim, work, share }, budgetMs), lookAtWatched(ctx, budgetMs)])
  return moved
}

/** Each batch has a lease of its own: if the process dies, the batch becomes due again. */
async function claim(networks: readonly Caip2[], most: number): Promise<Due[]> {
  const due = (which: Sql, limit: number) => sql`
    SELECT id FROM (
      SELECT b.id FROM settlement_batch b JOIN transaction t ON t.id = b.transaction_id
      WHERE b.network = n.network AND ${hasRun} AND ${which} LIMIT ${limit} FOR UPDATE OF b SKIP LOCKED) AS part`
  const claimed = await db.query<Due>(sql`
    WITH due AS (
      SELECT d.id FROM unnest(${networks}::text[]) AS n(network), LATERAL (
        ${due(sql`b.looks = 0 ORDER BY b.due_at DESC`, Math.ceil(most / 2))}
        UNION ${due(sql`true ORDER BY b.due_at`, Math.floor(most / 2))}) AS d)
    UPDATE settlement_batch b SET due_at = now() + make_interval(secs => ${claimMs / 1000}) FROM due WHERE b.id = due.id
    RETURNING b.id, b.network, b.form, b.transaction_id, b.looks, b.created_at`)
  return claimed.sort((one, other) => one.looks - other.looks || other.createdAt.getTime() - one.createdAt.getTime())
}

/** @returns true if the outcome is known. Never throws. */
async function applyOne(ctx: Ctx, batch: Due): Promise<boolean> {
  const { id, form, transactionId } = batch
  let waitsFor: string | undefined
  let mostMs = againMaxMs
  try {
    const outcome = await awaitOutcome(transactionId, 0)
    if ('isFinal' in outcome && !outcome.isFinal) mostMs = notFinalMs
    if (form !== 'channels') ({ waitsFor } = await applyBatch(ctx, id, outcome))
    else for (const begun of await applyChannelBatch(ctx, id, outcome)) await submitNow(ctx, begun.transactionId)
  } catch (error) {
    log().warn({ err: error, batchId: id }, 'a batch could not be booked yet')
    waitsFor = toAppError(error).message
  }
  await postpone(batch, waitsFor ?? null, mostMs)
  return waitsFor === undefined
}

/** Does nothing to a batch that is closed. */
async function postpone({ id, looks }: Due, waitsFor: string | null, mostMs: number): Promise<void> {
  const delayMs = Math.min(mostMs, againMs * 2 ** Math.min(looks, 20)) * (0.5 + Math.random() / 2)
  await db.execute(sql`
    UPDATE settlement_batch SET looks = looks + 1, waits_for = ${waitsFor}, due_at = now() + make_interval(secs => ${delayMs / 1000})
    WHERE id = ${id}::uuid AND status = 'submitted' AND looks = ${looks}`)
}
