import { Socket } from 'node:net'
import pg from 'pg'
import { env } from '../env'
import { log } from '../log'
import { purpose, type ConnectionPurpose } from './purpose'

/** numeric -> bigint: every Decimal(78,0) column is money or wei and must never become a float. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.NUMERIC || oid === pg.types.builtins.INT8
      ? BigInt
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

type Shared = { pools: Partial<Record<ConnectionPurpose, pg.Pool>>; sockets: Set<Socket> }

// One process can hold two copies of this module (the plain listener's and Next's bundle): they share their pools.
const globals = globalThis as typeof globalThis & { sluiceDb?: Shared }
const shared = (globals.sluiceDb ??= { pools: {}, sockets: new Set() })

/** The server ends a statement after `statementMs`. A caller waits at most `waitMs` for a connection. */
const limits: Record<ConnectionPurpose, { max(): number; waitMs: number; statementMs: number }> = {
  sales: { max: () => env.DATABASE_CONNECTIONS_SALES, waitMs: 5_000, statementMs: 15_000 },
  // Many tasks share few connections, and none of them is urgent.
  jobs: { max: () => env.DATABASE_CONNECTIONS_JOBS, waitMs: 15_000, statementMs: 15_000 },
  // A slower page is useless, and delays others.
  pages: { max: () => env.DATABASE_CONNECTIONS_PAGES, waitMs: 5_000, statementMs: 5_000 },
}
/** A lost server ends no statement: this long after its limit, the client does. */
const silenceMs = 1_000

function connect(wanted: ConnectionPurpose): pg.Pool {
  const { max, waitMs, statementMs } = limits[wanted]
  return openPool({
    max: max(),
    connectionTimeoutMillis: waitMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + silenceMs,
    idle_in_transaction_session_timeout: 15_000,
    application_name: `sluice ${wanted}`,
  })
}

/**
 * A pool whose connections are dropped with all others when the database turns out to be another server. The caller ends it.
 */
export function openPool(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ connectionString: env.DATABASE_URL, keepAlive: true, stream: openSocket, ...options })
  pool.on('error', (error) => log().error({ err: error }, 'database connection lost'))
  return pool
}

/** The socket of a connection, registered so that it can be dropped. */
export function openSocket(): Socket {
  const socket = new Socket()
  shared.sockets.add(socket)
  socket.once('close', () => shared.sockets.delete(socket))
  return socket
}

/**
 * Ends every connection at once: called when the server behind them is gone, which TCP may not have noticed. Running statements
 * fail as with a lost connection.
 */
export function dropConnections(): void {
  for (const socket of shared.sockets)
    socket.destroy(new Error('Connection terminated: the database is another server now'))
}

/** The pool of the current purpose: single statements, or `withTransaction`. */
export function pool(): pg.Pool {
  const wanted = purpose()
  return (shared.pools[wanted] ??= connect(wanted))
}

const ends = new Set<() => Promise<void>>()

/** Registers a function that ends before the pools do, such as a listener's `close`. */
export function endWithDb(end: () => Promise<void>): void {
  ends.add(end)
}

/** Ends every pool of this process. */
export async function closePools(): Promise<void> {
  await Promise.all([...ends].map((end) => end()))
  const open = Object.values(shared.pools)
  shared.pools = {}
  await Promise.all(open.map((one) => one.end()))
}

export { types as moneyTypes }
