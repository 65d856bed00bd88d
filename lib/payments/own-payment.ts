import { stopwatch } from '../ctx'
import { log } from '../log'
import { db, processId, sql } from '@/lib/db'

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
