import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { stopwatch } from '../ctx'
import { env } from '../env'
import { log } from '../log'
import { closePools, dropConnections } from './client'
import { db, explain, sql, type Sql } from './transaction'

/** A process that has not beaten for this long is dead, and what it owned is resolved by others. */
export const deadAfterMs = 5_000
const beatEveryMs = 1_000
// We stop taking work well before others may call us dead.
const freshMs = 2_500
/** A beat that takes longer is lost, and the next one goes over a new connection. */
const patienceMs = 2_000
/** Longer, because a process that has just been started is busy with itself; two attempts fit into ten seconds. */
const connectMs = 4_000

type Heart = {
  id: string
  /** Since the last beat began. */
  sinceBeatMs?: () => number
  timer?: NodeJS.Timeout
  /** The beat that is under way. */
  beating?: Promise<void>
  /** A connection of its own: nothing that pages, jobs or sales do can delay a beat. */
  client?: pg.Client
  /** When the server behind it was started. */
  serverStartedAt?: string
}

const shared = globalThis as typeof globalThis & { sluiceHeart?: Heart }
const heart: Heart = (shared.sluiceHeart ??= { id: randomUUID() })

/** This process's id, as written into the rows that it owns. */
export const processId: string = heart.id

/**
 * Makes sure that the database knows this process to be alive; starts its heartbeat at the first call.
 * Call before claiming anything.
 * @throws AppError unavailable when the database cannot be reached.
 */
export async function stayAlive(): Promise<void> {
  heart.timer ??= setInterval(() => void beat().catch(warn), beatEveryMs).unref()
  if (heart.sinceBeatMs !== undefined && heart.sinceBeatMs() < freshMs) return
  // One lost beat says only that its connection is gone, or that this machine was busy.
  await beat().catch(() => beat())
}

/** Ends the heartbeat and says goodbye, so that nothing waits for the five seconds. */
export async function endHeartbeat(): Promise<void> {
  stopBeating()
  await heart.beating?.catch(() => undefined)
  delete heart.sinceBeatMs
  try {
    const client = (heart.client ??= await connect())
    await client.query('DELETE FROM process WHERE id = $1::uuid', [heart.id])
  } catch (error) {
    throw explain(error)
  } finally {
    disconnect()
  }
}

/** Ends every connection of this process; for scripts and tests. May be called twice. */
export async function closeDb(): Promise<void> {
  stopBeating()
  await heart.beating?.catch(() => undefined)
  delete heart.sinceBeatMs
  disconnect()
  await closePools()
}

const forgottenMax = 1_000

/**
 * Forgets processes that have not beaten for an hour: one that has no row is as dead as one that does not beat. A bounded number each
 * time. @returns how many.
 */
export async function forgetProcesses(): Promise<number> {
  return db.execute(sql`
    DELETE FROM process WHERE id IN (
      SELECT id FROM process WHERE beat_at < now() - interval '1 hour' LIMIT ${forgottenMax} FOR UPDATE SKIP LOCKED)`)
}

/** SQL condition: the process with this id (an expression, may be null) is not alive. */
export function isDead(ownerColumn: Sql): Sql {
  return sql`NOT EXISTS (
    SELECT 1 FROM process p
    WHERE p.id = ${ownerColumn} AND p.beat_at > now() - make_interval(secs => ${deadAfterMs / 1000}))`
}

function beat(): Promise<void> {
  return (heart.beating ??= write().finally(() => {
    delete heart.beating
  }))
}

async function write(): Promise<void> {
  const sinceBeatMs = stopwatch()
  try {
    const client = (heart.client ??= await connect())
    await client.query('INSERT INTO process (id) VALUES ($1::uuid) ON CONFLICT (id) DO UPDATE SET beat_at = now()', [
      heart.id,
    ])
  } catch (error) {
    disconnect()
    throw explain(error)
  }
  heart.sinceBeatMs = sinceBeatMs
}

/**
 * A connection for beats. When the server behind it is another one than before, or was started again, every other connection of
 * this process leads nowhere: a host that vanished without a reset says nothing, and TCP would wait for a quarter of an hour.
 */
async function connect(): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: env.DATABASE_URL,
    connectionTimeoutMillis: connectMs,
    statement_timeout: patienceMs,
    query_timeout: patienceMs,
    keepAlive: true,
    application_name: 'sluice heartbeat',
  })
  client.on('error', () => {
    if (heart.client === client) delete heart.client
  })
  try {
    await client.connect()
    const { rows } = await client.query<{ at: string }>('SELECT pg_postmaster_start_time()::text AS at')
    const startedAt = rows[0]?.at
    if (heart.serverStartedAt !== undefined && heart.serverStartedAt !== startedAt) {
      log().warn({ before: heart.serverStartedAt, now: startedAt }, 'the database is another server: connecting anew')
      dropConnections()
    }
    if (startedAt !== undefined) heart.serverStartedAt = startedAt
    return client
  } catch (error) {
    void client.end().catch(() => undefined)
    throw error
  }
}

function disconnect(): void {
  const { client } = heart
  delete heart.client
  void client?.end().catch(() => undefined)
}

function stopBeating(): void {
  clearInterval(heart.timer)
  delete heart.timer
}

function warn(error: unknown): void {
  log().warn({ err: error }, 'heartbeat could not be written')
}
