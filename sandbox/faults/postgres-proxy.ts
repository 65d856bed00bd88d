import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a PostgreSQL server that fails as networks do. */
export type PostgresProxy = {
  /** The same database, through this way. */
  url: string
  /** Ends every connection, and takes no new ones until `mend`. */
  cut(): void
  mend(): void
  /** From now on nothing passes on any connection, old or new, and nothing ends: a host that is gone without a word. */
  swallow(): void
  /** New connections lead to this server. Those that were swallowed stay so. */
  moveTo(databaseUrl: string): void
  /** The next statement that holds this text is passed on. Its answer is not, and the connection ends. */
  loseReply(text: string): void
  /** Each message that `isHit` says yes to is passed on; its answer is not, and its connection ends. Undefined: no more. */
  loseReplies(isHit: (() => boolean) | undefined): void
  stop(): Promise<void>
}

/** Starts one on a free port of 127.0.0.1. */
export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  let target = new URL(databaseUrl)
  let mode: 'open' | 'cut' | 'silent' = 'open'
  let losing: string | undefined
  let isHit: (() => boolean) | undefined
  const open = new Set<Socket>()
  const silent = new WeakSet<Socket>()

  const isToBeLost = (chunk: Buffer): boolean => {
    if (isHit?.()) return true
    if (losing === undefined || !chunk.includes(losing)) return false
    losing = undefined
    return true
  }
  const server = createServer((incoming) => {
    incoming.on('error', () => {})
    if (mode === 'cut') return void incoming.destroy()
    open.add(incoming)
    if (mode === 'silent') return void incoming.resume()
    const outgoing = connect(Number(target.port), target.hostname)
    open.add(outgoing)
    let isLost = false
    incoming.on('data', (chunk: Buffer) => {
      if (silent.has(incoming)) return
      isLost ||= isToBeLost(chunk)
      outgoing.write(chunk)
    })
    outgoing.on('data', (chunk: Buffer) => {
      if (silent.has(incoming)) return
      if (!isLost) return void incoming.write(chunk)
      incoming.destroy()
      outgoing.destroy()
    })
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      one.on('error', () => {})
      one.on('close', () => {
        open.delete(one)
        if (!silent.has(incoming)) other.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  const endAll = () => open.forEach((socket) => socket.destroy())
  return {
    url: url.href,
    cut() {
      mode = 'cut'
      endAll()
    },
    mend: () => void (mode = 'open'),
    swallow() {
      mode = 'silent'
      for (const socket of open) silent.add(socket)
    },
    moveTo(to) {
      mode = 'open'
      target = new URL(to)
    },
    loseReply: (text) => void (losing = text),
    loseReplies: (hit) => void (isHit = hit),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        endAll()
      }),
  }
}
