import { randomUUID } from 'node:crypto'
import { log } from '../log'
import { db, sql, type Sql } from './transaction'

/** A process that has not beaten for this long is dead, and what it owned is resolved by others. */
export const deadAfterMs = 5_000
const beatEveryMs = 1_000
// We stop taking work well before others may call us dead.
const freshMs = 2_500

type Heart = { id: string; lastBeatMs: number; timer?: NodeJS.Timeout }

const shared = globalThis as typeof globalThis & { sluiceHeart?: Heart }
const heart: Heart = (shared.sluiceHeart ??= { id: randomUUID(), lastBeatMs: 0 })

/** This process's id, as written into the rows that it owns. */
export const processId: string = heart.id

/**
 * Makes sure that the database knows this process to be alive; starts its heartbeat at the first call.
 * Call before claiming anything.
 * @throws AppError unavailable when the database cannot be reached.
 */
export async function stayAlive(): Promise<void> {
  if (Date.now() - heart.lastBeatMs < freshMs) return
  await beat()
  heart.timer ??= setInterval(() => void beat().catch(warn), beatEveryMs).unref()
}

/** Ends the heartbeat and says goodbye, so that nobody waits for the five seconds. */
export async function endHeartbeat(): Promise<void> {
  clearInterval(heart.timer)
  delete heart.timer
  heart.lastBeatMs = 0
  await db.execute(sql`DELETE FROM process WHERE id = ${heart.id}::uuid`)
}

/** SQL condition: the process with this id (an expression, may be null) is not alive. */
export function isDead(ownerColumn: Sql): Sql {
  return sql`NOT EXISTS (
    SELECT 1 FROM process p
    WHERE p.id = ${ownerColumn} AND p.beat_at > now() - make_interval(secs => ${deadAfterMs / 1000}))`
}

async function beat(): Promise<void> {
  const startedMs = Date.now()
  await db.execute(sql`
    INSERT INTO process (id) VALUES (${heart.id}::uuid)
    ON CONFLICT (id) DO UPDATE SET beat_at = now()`)
  heart.lastBeatMs = startedMs
}

function warn(error: unknown): void {
  log().warn({ err: error }, 'heartbeat could not be written')
}
