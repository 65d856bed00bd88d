import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { AppError, toAppError, toProblem, toProblemResponse } from '@/lib/errors'
import { log } from '@/lib/log'
import { Abort } from './Abort'
import type { Answer } from './Answer'
import type { RequestInfo } from './handle'
import * as Route from './Route'
import { sendAnswer } from './send-answer'
import * as Turns from './Turns'

/** What stands behind the listener. */
export type Behind = {
  /** Serves everything below /gateway/. Never throws. */
  handle(request: Request, info: RequestInfo): Promise<Answer>
  /** Others that are served on plain Node too; the first that takes a request target answers it. Never throw. */
  besides?: readonly {
    takes(target: string): boolean
    handle(request: Request, info: RequestInfo): Promise<Response>
  }[]
  /** Serves everything else. */
  otherwise(request: IncomingMessage, response: ServerResponse): unknown
  /** Public URL, for the `type` of problems. */
  origin: string
}

export type Listener = {
  server: Server
  /** Stops accepting, lets running requests finish for `graceMs`, each with `Connection: close`, then cuts them off. */
  close(graceMs: number): Promise<void>
}

const headerBytesMax = 16 * 1024
const targetBytesMax = 8 * 1024
/**
 * A page takes milliseconds of the one processor that sales share with it. Few at a time, so that a sale waits for few of them,
 * however many are asked for. Calls of the API that wait for a chain hold up no other for longer than a turn: 80 begin in a second.
 */
const pageTurns = { atOnce: 4, turnMs: 50, waitingMax: 500 }
const limits = {
  maxHeaderSize: headerBytesMax,
  // Until the headers, and until the whole request, must be here. An answer may take as long as it likes.
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  connectionsCheckingInterval: 1_000,
  // Longer than the idle time of usual load balancers, so that they close first.
  keepAliveTimeout: 65_000,
  // Node's own refusal of a missing Host has no body; ours is a problem.
  requireHostHeader: false,
} as const

/**
 * The one port: /gateway/ and what stands besides it on plain Node, because Next's router costs about 2 ms of CPU a request, and everything else
 * behind it. Refusals of the HTTP parser are problems too. `overrides` is for tests.
 */
export function createListener(behind: Behind, overrides: Partial<Record<keyof typeof limits, number>> = {}): Listener {
  const gateway = plainListener(behind, behind.handle)
  const besides = (behind.besides ?? []).map(({ takes, handle }) => ({ takes, listen: plainListener(behind, handle) }))
  const turns = Turns.create(pageTurns)
  const running = new Set<ServerResponse>()
  let draining = false
  const server = createServer({ ...limits, ...overrides, requireHostHeader: false }, (incoming, outgoing) => {
    running.add(outgoing)
    outgoing.once('close', () => running.delete(outgoing))
    if (draining) outgoing.shouldKeepAlive = false
    const target = incoming.url ?? ''
    // Load balancers ask by an address or by no name at all.
    if (isHealth(target)) incoming.headers.host = new URL(behind.origin).host
    const refusal = refusalOf(target, incoming.headers.host)
    if (refusal) return refuse(behind, outgoing, refusal)
    if (isGateway(target)) return void gateway(incoming, outgoing)
    const beside = besides.find(({ takes }) => takes(target))
    if (beside) return void beside.listen(incoming, outgoing)
    turns.take(
      (end) => {
        outgoing.once('close', end)
        if (outgoing.destroyed) return end()
        behind.otherwise(incoming, outgoing)
      },
      (problem) => refuse(behind, outgoing, problem),
    )
  })
  server.on('checkExpectation', (_, outgoing: ServerResponse) =>
    refuse(behind, outgoing, new AppError('bad-request', 'Only "Expect: 100-continue" can be met.')),
  )
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => answerParserError(behind, error, socket))
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const drain = () => {
    draining = true
    // An answer that has not begun can still say that its connection ends.
    for (const outgoing of running) outgoing.shouldKeepAlive = false
  }
  return {
    server,
    close: (graceMs) => {
      drain()
      return close(server, sockets, graceMs)
    },
  }
}

function isHealth(target: string): boolean {
  return target === '/api/health' || target.startsWith('/api/health?')
}

/** What is refused before it is known whom it is for. The gateway is stricter with its own paths. */
function refusalOf(target: string, host: string | undefined): AppError | undefined {
  if (!target.startsWith('/'))
    return new AppError('bad-request', 'Send the path only, not a whole URL, as request target.')
  if (!host) return new AppError('bad-request', 'The Host header is missing.')
  if (target.length > targetBytesMax)
    return new AppError('uri-too-long', `The request target may have ${targetBytesMax / 1024} KiB.`)
  if (!isGateway(target) && !isDecodable(target))
    return new AppError('bad-request', 'The path is not UTF-8 in percent-encoding, or holds a NUL.')
  return undefined
}

/** Next's router answers what it cannot decode with a bare 500, and PostgreSQL holds no NUL. */
function isDecodable(target: string): boolean {
  try {
    return !decodeURIComponent(target.split('?')[0] ?? '').includes('\0')
  } catch {
    return false
  }
}

function isGateway(target: string): boolean {
  return target.startsWith(Route.gatewayPrefix) || target === '/gateway' || target.startsWith('/gateway?')
}

type NodeListener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

function plainListener(behind: Behind, handle: Behind['handle']): NodeListener {
  // Tells getRequestListener that the answer is written already: its own writer ends broken answers as if whole.
  const sent = new Response(null, { headers: { 'x-hono-already-sent': 'true' } })
  const listen = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const { url, socket } = incoming as IncomingMessage
      const gone = new Abort()
      outgoing.once('close', () => {
        if (!outgoing.writableFinished) gone.abort(new Error('the client went away'))
      })
      const response = await handle(request, { target: url, remoteAddress: socket.remoteAddress, gone })
      await sendAnswer(response, outgoing as ServerResponse)
      return sent
    },
    {
      overrideGlobalObjects: false,
      errorHandler: (error) => {
        log().warn({ err: error }, 'request could not be read')
        const problem = new AppError('bad-request', 'The request target or the Host header is malformed.')
        return toProblemResponse(problem, behind.origin)
      },
    },
  )
  return async (incoming, outgoing) => {
    try {
      // Before anything normalises it: a URL object would make "/x/../" look innocent.
      if (isGateway(incoming.url ?? '')) Route.parseTarget(incoming.url ?? '')
      await listen(incoming, outgoing)
    } catch (error) {
      await sendAnswer(toProblemResponse(toAppError(error), behind.origin), outgoing)
    }
  }
}

function refuse(behind: Behind, outgoing: ServerResponse, problem: AppError): void {
  outgoing.shouldKeepAlive = false
  void sendAnswer(toProblemResponse(problem, behind.origin), outgoing)
}

/** What the parser refused, as a problem. Node itself answers with an empty 400 or 431. */
function parserProblem(error: NodeJS.ErrnoException): AppError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new AppError('headers-too-large', `The headers are larger than ${headerBytesMax / 1024} KiB together.`)
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('request-timeout', 'The request did not arrive in time.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError('content-too-large', 'The chunk extensions of the body are too large.')
    default:
      return new AppError('bad-request', 'The request is not well-formed HTTP/1.1.')
  }
}

const lingerMs = 1_000

function answerParserError({ origin }: Behind, error: NodeJS.ErrnoException, socket: Duplex): void {
  // The answer of a request that is being served would be mixed with ours.
  const running = (socket as Duplex & { _httpMessage?: ServerResponse })._httpMessage
  if (!socket.writable || error.code === 'ECONNRESET' || running?.headersSent) {
    socket.destroy()
    return
  }
  const problem = toProblem(parserProblem(error), origin)
  const body = JSON.stringify(problem)
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Content-Type: application/problem+json',
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
  setTimeout(() => socket.destroy(), lingerMs).unref()
}

const idleEveryMs = 100

function close(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  // Connections become idle one by one as their requests finish. One that never sent a byte is not idle for Node.
  const closeIdle = () => {
    server.closeIdleConnections()
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }
  return new Promise((resolve) => {
    const idle = setInterval(closeIdle, idleEveryMs)
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(cut)
      resolve()
    })
    closeIdle()
  })
}
