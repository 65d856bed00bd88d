import { stopwatch } from '../ctx'
import { log } from '../log'
import { db, processId, sql } from '@/lib/db'

/** `isLost`: the statement that made this process the owner had no reply, so the row may not show it yet. */
type Release = { sinceMs(): number; isLost: boolean }

/** Payments that this process has to release and has not yet, by id. */
const pending = new Map<string, Release>()
let timer: NodeJS.Timeout | undefined

const retryEveryMs = 1_000
/** Longer than any statement may take: after it, a statement whose connection broke can no longer write. */
const lostForMs = 20_000

/** Adds a payment to those that the next `flushReleases` writes, within a second. */
export function queueRelease(paymentId: string, isLost: boolean): void {
  pending.set(paymentId, { sinceMs: stopwatch(), isLost })
  schedule()
}

/** Clears the owner of every queued payment in one statement. Retries every second while some are left. Never throws. */
export async function flushReleases(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  const tried = new Map(pending)
  try {
    const released = await db.query<{ id: string }>(sql`
      UPDATE payment SET owner_id = NULL WHERE id = ANY(${[...tried.keys()]}::uuid[]) AND owner_id = ${processId}::uuid
      RETURNING id`)
    const found = new Set(released.map(({ id }) => id))
    for (const [id, one] of tried)
      if (pending.get(id) === one && (!one.isLost || found.has(id) || one.sinceMs() > lostForMs)) pending.delete(id)
  } catch (error) {
    log().warn({ err: error, payments: tried.size }, 'payments could not be released yet')
  }
  if (pending.size > 0) schedule()
}

function schedule(): void {
  timer ??= setTimeout(() => void flushReleases(), retryEveryMs).unref()
}
