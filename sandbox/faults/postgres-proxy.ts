import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { followProtocol, type Loss } from './postgres-protocol'

/** A way to a PostgreSQL server that fails as networks and servers do. */
export type PostgresProxy = {
  /** URL of the same database through the proxy. */
  url: string
  /** Ends every connection, and takes no new ones until `mend`. */
  cut(): void
  mend(): void
  /** Ends each connection whose answer the server still owes: it goes on with what it was asked. */
  cutWaiting(): void
  /** From now on nothing passes on any connection, old or new, and nothing ends: a host that is gone without a word. */
  swallow(): void
  /** New connections lead to this server. Those that were swallowed stay so. */
  moveTo(databaseUrl: string): void
  /**
   * The next statement whose text matches runs, and is committed where it stands alone; its answer is lost with the connection.
   * Resolves once that has happened.
   */
  loseReply(statement: RegExp): Promise<void>
  /** The same for the COMMIT of the next transaction in which a statement matches. */
  loseCommit(statement: RegExp): Promise<void>
  /** Each statement for which `isHit` answers true loses its reply in the same way. Undefined: no more. */
  loseReplies(isHit: (() => boolean) | undefined): void
  stop(): Promise<void>
}

/** Starts one on a free port of 127.0.0.1. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  let target = new URL(databaseUrl)
  let mode: 'open' | 'cut' | 'silent' = 'open'
  let isHit: (() => boolean) | undefined
  const losses: Loss[] = []
  const open = new Set<Socket>()
  const silent = new WeakSet<Socket>()
  const waiting = new Map<Socket, () => void>()

  const server = createServer((client) => {
    client.on('error', () => {})
    if (mode === 'cut') return void client.destroy()
    open.add(client)
    if (mode === 'silent') return void client.resume()
    const database = connect(Number(target.port), target.hostname)
    open.add(database)
    const end = () => [client, database].forEach((socket) => socket.destroy())
    const protocol = followProtocol({ losses, isHit: () => isHit?.() ?? false })
    client.on('data', (data: Buffer) => {
      if (silent.has(client)) return
      waiting.set(client, end)
      protocol.ask(data)
      database.write(data)
    })
    database.on('data', (data: Buffer) => {
      if (silent.has(client)) return
      const { isDone, lost } = protocol.answer(data)
      if (isDone) waiting.delete(client)
      if (lost === undefined) return void client.write(data)
      // All of it is held back; once it has run, the connection is lost.
      if (isDone) end()
      if (isDone) lost.done()
    })
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        waiting.delete(client)
        if (!silent.has(client)) other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  const endAll = () => open.forEach((socket) => socket.destroy())
  const lose = (statement: RegExp, of: Loss['of']) => new Promise<void>((done) => losses.push({ statement, of, done }))
  return {
    url: url.href,
    cut() {
      mode = 'cut'
      endAll()
    },
    mend: () => void (mode = 'open'),
    cutWaiting: () => waiting.forEach((cut) => cut()),
    swallow() {
      mode = 'silent'
      for (const socket of open) silent.add(socket)
    },
    moveTo(to) {
      mode = 'open'
      target = new URL(to)
    },
    loseReply: (statement) => lose(statement, 'statement'),
    loseCommit: (statement) => lose(statement, 'commit'),
    loseReplies: (hit) => void (isHit = hit),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        endAll()
      }),
  }
}
