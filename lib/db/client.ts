import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { env } from '../env'
import { log } from '../log'
import { PrismaClient } from './generated/client'

/** numeric -> bigint: every Decimal(78,0) column is money or wei and must never become a float. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.NUMERIC || oid === pg.types.builtins.INT8
      ? BigInt
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

type Handles = { pool: pg.Pool; prisma: PrismaClient }

// One process can hold two copies of this module (the plain listener's and Next's bundle): they share one pool.
const shared = globalThis as typeof globalThis & { sluiceDb?: Handles }

function handles(): Handles {
  return (shared.sluiceDb ??= connect())
}

function connect(): Handles {
  const pool = new pg.Pool({
    connectionString: env.DATABASE_URL,
    max: 20,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 15_000,
  })
  pool.on('error', (error) => log().error({ err: error }, 'database connection lost'))
  return { pool, prisma: new PrismaClient({ adapter: new PrismaPg(pool) }) }
}

/** Prisma, for reads and plain rows. */
export function prisma(): PrismaClient {
  return handles().prisma
}

/** The pool of the hot path: single statements, or `withTransaction`. */
export function pool(): pg.Pool {
  return handles().pool
}

/** Ends every connection of this process; for scripts and tests. May be called twice. */
export async function closeDb(): Promise<void> {
  const open = shared.sluiceDb
  delete shared.sluiceDb
  if (open) await Promise.all([open.pool.end(), open.prisma.$disconnect()])
}

export { types as moneyTypes }
