import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { stopwatch } from '../ctx'
import { env } from '../env'
import { log } from '../log'
import { closePools, dropConnections } from './client'
import { db, explain, sql, type Sql } from './transaction'

/** A process without a heartbeat for this long is dead, and other processes resolve what it owned. */
export const deadAfterMs = 5_000
const beatEveryMs = 1_000
// A process stops taking work well before others may count it as dead.
const freshMs = 2_500
/** A heartbeat that takes longer is lost, and the next one uses a new connection. */
const patienceMs = 2_000
/** Longer, because a process that just started is busy; two attempts fit into ten seconds. */
const connectMs = 4_000

type Heart = {
  id: string
  /** Since the last heartbeat started. */
  sinceBeatMs?: () => number
  timer?: NodeJS.Timeout
  /** The running heartbeat. */
  beating?: Promise<void>
  /** A connection of its own: no page, job or sale can delay a heartbeat. */
  client?: pg.Client
  /** When the server behind it was started. */
  serverStartedAt?: string
}

const shared = globalThis as typeof globalThis & { sluiceHeart?: Heart }
const heart: Heart = (shared.sluiceHeart ??= { id: randomUUID() })

/** The id of this process, as the rows that it owns contain it. */
export const processId: string = heart.id

/**
 * Makes sure that the database sees this process as alive; starts its heartbeat at the first call. Call it before every claim.
 * @throws AppError unavailable if the database cannot be reached.
 */
export async function stayAlive(): Promise<void> {
  heart.timer ??= setInterval(() => void beat().catch(warn), beatEveryMs).unref()
  if (heart.sinceBeatMs !== undefined && heart.sinceBeatMs() < freshMs) return
  // One lost heartbeat may only mean a lost connection or a busy machine.
  await beat().catch(() => beat())
}

/** Ends the heartbeat and deletes this process's row, so that others do not wait for the five seconds. */
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
 * Deletes processes without a heartbeat for an hour: a missing row counts as dead too. A limited number each time.
 * @returns how many.
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
 * A connection for heartbeats. If the server behind it changed or was restarted, every other connection of this process leads
 * nowhere: a host that vanished sends no reset, and TCP would wait a quarter of an hour.
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
