import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { removePostgres, startPostgres } from '../postgres'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the migrated database that every test file's own is copied from. */
    templateUrl: string
  }
}

/** Once for a run: a scratch PostgreSQL with the migrations applied. It ends with the run, however that ends. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'sluice-postgres-'))
  // PostgreSQL may run as another user, who has to pass through here; the cluster itself stays closed.
  await chmod(scratch, 0o755)
  const dataDir = path.join(scratch, 'cluster')
  const postgres = await startPostgres({ dataDir })
  const end = async () => {
    await postgres.stop()
    removePostgres(dataDir)
    await rm(scratch, { recursive: true, force: true })
  }
  try {
    await promisify(execFile)(process.execPath, ['node_modules/prisma/build/index.js', 'migrate', 'deploy'], {
      env: { ...process.env, DATABASE_URL: postgres.url },
    })
  } catch (error) {
    await end()
    throw error
  }
  project.provide('templateUrl', postgres.url)
  return end
}
