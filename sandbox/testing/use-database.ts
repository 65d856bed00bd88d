import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { closeDb } from '@/lib/db'

// Runs before each test file: a database of its own, so files run side by side and see clean tables.
const name = `sluice_${randomBytes(8).toString('hex')}`
await administer(`CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')}`)
process.env.DATABASE_URL = `${inject('postgresUrl')}/${name}`

afterAll(async () => {
  await closeDb()
  await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
})

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${inject('postgresUrl')}/postgres` })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
