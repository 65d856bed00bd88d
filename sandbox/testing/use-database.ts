import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { closeDb } from '@/lib/db'

// Runs before each test file: a database of its own, so files run side by side and see clean tables.
const template = new URL(inject('templateUrl'))
const name = `sluice_${randomBytes(8).toString('hex')}`
await administer(`CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)}`)
process.env.DATABASE_URL = new URL(`/${name}`, template).href

afterAll(async () => {
  await closeDb()
  await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
})

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: new URL('/postgres', template).href })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
