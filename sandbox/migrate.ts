import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'

type Applied = { migration_name: string; checksum: string }

/**
 * Brings a database to the newest migration. Looks first, because Prisma's command line takes seconds to say that
 * there is nothing to do. @returns how many migrations were applied.
 * @throws Error with Prisma's words, or when an applied migration is not the one in the tree.
 */
export async function migrate(project: string, databaseUrl: string): Promise<number> {
  const folder = path.join(project, 'prisma', 'migrations')
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  const applied = new Map((await findApplied(databaseUrl)).map((row) => [row.migration_name, row.checksum]))
  for (const name of names) {
    const sum = createHash('sha256')
      .update(readFileSync(path.join(folder, name, 'migration.sql')))
      .digest('hex')
    if (applied.has(name) && applied.get(name) !== sum)
      throw new Error(`the database was made by another version of migration ${name}: npm run demo -- --reset`)
  }
  const missing = names.filter((name) => !applied.has(name)).length
  if (missing > 0) await deploy(project, databaseUrl)
  return missing
}

async function findApplied(databaseUrl: string): Promise<Applied[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const table = await client.query("SELECT to_regclass('_prisma_migrations') AS name")
    if ((table.rows[0] as { name: string | null }).name === null) return []
    const { rows } = await client.query<Applied>(
      'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    )
    return rows
  } finally {
    await client.end()
  }
}

function deploy(project: string, databaseUrl: string): Promise<void> {
  const prisma = path.join(project, 'node_modules', 'prisma', 'build', 'index.js')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [prisma, 'migrate', 'deploy'], {
      cwd: project,
      env: { ...process.env, DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)))
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`prisma migrate deploy failed:\n${output.trim().slice(-2_000)}`)),
    )
  })
}
