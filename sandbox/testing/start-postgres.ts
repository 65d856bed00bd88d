import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the scratch cluster, without a database. */
    postgresUrl: string
    /** The migrated database that every test file's own is copied from. */
    templateDatabase: string
  }
}

/** Once for a run: a cluster, and the migrations in a template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = 'postgresql://postgres@127.0.0.1:54999'
  const template = `sluice_template_${process.pid}_${Date.now()}`
  const admin = new pg.Client({ connectionString: `${url}/postgres` })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${template}`)
  await admin.end()
  await promisify(execFile)(process.execPath, ['node_modules/prisma/build/index.js', 'migrate', 'deploy'], {
    env: { ...process.env, DATABASE_URL: `${url}/${template}` },
  })
  project.provide('postgresUrl', url)
  project.provide('templateDatabase', template)
  return async () => {
    const admin = new pg.Client({ connectionString: `${url}/postgres` })
    await admin.connect()
    await admin.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
    await admin.end()
  }
}
