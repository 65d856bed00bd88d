import { stopwatch } from '../ctx'
import { log } from '../log'
import { db, isDead, processId, sql, stayAlive } from '@/lib/db'
import { columns } from './columns'
import type { Payment } from './Payment'

type Leaving = { sinceMs(): number; isLost: boolean }

/** Payments that this process is to let go of, and could not yet. */
const leaving = new Map<string, Leaving>()
let timer: NodeJS.Timeout | undefined

const retryEveryMs = 1_000
/** Longer than any statement may take: one that was sent before, and whose connection broke, writes nothing after it. */
const lostForMs = 20_000

/**
 * Lets go of a payment that its request cannot finish: the background tasks, or the same credential sent again, go on with it.
 * Tries every second until the database has it, because a payment owned by a living process is touched by nobody else. May be
 * called twice; never throws.
 */
export async function letGo(paymentId: string): Promise<void> {
  leaving.set(paymentId, { sinceMs: stopwatch(), isLost: false })
  await leave()
}

/**
 * The same where a statement that makes this process the owner was sent, and its reply did not come: it may have been written, or
 * may still be. What it wrote is let go of within a second of being there.
 */
function letGoOfLost(paymentId: string): void {
  leaving.set(paymentId, { sinceMs: stopwatch(), isLost: true })
  schedule()
}

/** What a claim or a take-over of a payment comes to; where that is not known, the payment is let go of by its id. */
export async function orLetGoOfLost<Result>(
  paymentId: string,
  owning: Promise<Result>,
  isKnown: (error: unknown) => boolean = () => false,
): Promise<Result> {
  try {
    return await owning
  } catch (error) {
    if (!isKnown(error)) letGoOfLost(paymentId)
    throw error
  }
}

function schedule(): void {
  timer ??= setTimeout(() => void leave(), retryEveryMs).unref()
}

async function leave(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  const tried = new Map(leaving)
  try {
    const left = await db.query<{ id: string }>(sql`
      UPDATE payment SET owner_id = NULL WHERE id = ANY(${[...tried.keys()]}::uuid[]) AND owner_id = ${processId}::uuid
      RETURNING id`)
    const found = new Set(left.map(({ id }) => id))
    for (const [id, one] of tried)
      if (leaving.get(id) === one && (!one.isLost || found.has(id) || one.sinceMs() > lostForMs)) leaving.delete(id)
  } catch (error) {
    log().warn({ err: error, payments: tried.size }, 'payments could not be let go of yet')
  }
  if (leaving.size > 0) schedule()
}

/**
 * Takes over a settled payment whose upstream was never called, because its first request ended (or its
 * process died) while the settlement was on the way. One caller gets it.
 */
export async function resumePayment(paymentId: string): Promise<Payment | undefined> {
  await stayAlive()
  const taking = db.query<Payment>(sql`
    UPDATE payment SET owner_id = ${processId}::uuid
    WHERE id = ${paymentId} AND status = 'authorized' AND settlement = 'settled' AND upstream_started_at IS NULL
      AND (owner_id IS NULL OR ${isDead(sql`payment.owner_id`)})
    RETURNING ${columns}`)
  const [payment] = await orLetGoOfLost(paymentId, taking)
  return payment
}

/**
 * Writes down that the upstream is about to be called, so that it is never called twice for one payment.
 * @returns false when the payment is not ours any more: do not call.
 */
export async function startUpstream(paymentId: string): Promise<boolean> {
  const written = await db.execute(sql`
    UPDATE payment SET upstream_started_at = now()
    WHERE id = ${paymentId} AND owner_id = ${processId}::uuid AND status = 'authorized' AND upstream_started_at IS NULL`)
  return written === 1
}
