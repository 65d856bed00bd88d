import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What stands between a program and its database, and loses the replies that it is told to. */
export type LostReplies = {
  /** The same database, through the proxy. */
  url: string
  /**
   * The next statement whose text matches runs, and is committed where it stands alone; its reply is lost with the connection.
   * Resolves once that has happened.
   */
  loseReply(statement: RegExp): Promise<void>
  /** The same for the COMMIT of the next transaction in which a statement matches. */
  loseCommit(statement: RegExp): Promise<void>
  /** Ends the way to every connection at whose end the database has not replied yet: it goes on with what it was asked. */
  cutWaiting(): void
  /** Whether everything is ended, and nothing new is taken. */
  refuse(refused: boolean): void
  stop(): Promise<void>
}

type Loss = { statement: RegExp; of: 'statement' | 'commit'; done(): void }

/** Starts one on a free port of 127.0.0.1. */
export async function startLostReplies(databaseUrl: string): Promise<LostReplies> {
  const target = new URL(databaseUrl)
  const losses: Loss[] = []
  const open = new Set<Socket>()
  const waiting = new Map<Socket, () => void>()
  let refused = false
  const server = createServer((client) => {
    if (refused) return void client.destroy()
    const database = connect(Number(target.port), target.hostname)
    const pair = [client, database] as const
    const end = () => pair.forEach((socket) => socket.destroy())
    for (const socket of pair) {
      open.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        open.delete(socket)
        waiting.delete(client)
        end()
      })
    }
    join(client, database, { losses, waiting, end })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  const lose = (statement: RegExp, of: Loss['of']) => new Promise<void>((done) => losses.push({ statement, of, done }))
  return {
    url: url.href,
    loseReply: (statement) => lose(statement, 'statement'),
    loseCommit: (statement) => lose(statement, 'commit'),
    cutWaiting: () => {
      for (const cut of waiting.values()) cut()
    },
    refuse: (isRefused) => {
      refused = isRefused
      if (refused) for (const socket of open) socket.destroy()
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** Passes messages of the protocol (version 3) both ways, and follows which statement each connection is at. */
function join(
  client: Socket,
  database: Socket,
  { losses, waiting, end }: { losses: Loss[]; waiting: Map<Socket, () => void>; end(): void },
): void {
  const texts = new Map<string, string>()
  /** The reply to what is asked now is lost. */
  let losing: Loss | undefined
  /** A statement of the open transaction matched. */
  let doomed: Loss | undefined

  const run = (text: string) => {
    const found = losses.find(({ statement }) => statement.test(text))
    if (found?.of === 'statement') losing = found
    else if (found) doomed = found
    if (doomed && /^\s*COMMIT/i.test(text)) losing = doomed
    if (/^\s*(COMMIT|ROLLBACK)/i.test(text)) doomed = undefined
    if (losing) losses.splice(losses.indexOf(losing), 1)
  }
  const read = messages(true, (type, body) => {
    if (type === 'Q') run(stringAt(body, 0))
    if (type === 'P') texts.set(stringAt(body, 0), stringAt(body, stringAt(body, 0).length + 1))
    // Bind: the portal's name, then the statement's.
    if (type === 'B') run(texts.get(stringAt(body, Buffer.byteLength(stringAt(body, 0)) + 1)) ?? '')
  })
  const readReply = messages(false, (type) => {
    // ReadyForQuery: it has run, and is committed where no transaction is open.
    if (type !== 'Z') return
    waiting.delete(client)
    if (!losing) return
    const { done } = losing
    end()
    done()
  })
  client.on('data', (data: Buffer) => {
    waiting.set(client, end)
    read(data)
    database.write(data)
  })
  database.on('data', (data: Buffer) => {
    readReply(data)
    if (!losing && !client.destroyed) client.write(data)
  })
}

function stringAt(body: Buffer, start: number): string {
  return body.toString('utf8', start, body.indexOf(0, start))
}

/** Takes bytes as they come and calls back for each whole message. The client's first one has no type. */
function messages(isClient: boolean, each: (type: string, body: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let isFirst = isClient
  return (data) => {
    rest = Buffer.concat([rest, data])
    for (;;) {
      const head = isFirst ? 0 : 1
      if (rest.length < head + 4) return
      const size = head + rest.readUInt32BE(head)
      if (rest.length < size) return
      if (!isFirst) each(String.fromCharCode(rest[0] ?? 0), rest.subarray(5, size))
      isFirst = false
      rest = rest.subarray(size)
    }
  }
}
