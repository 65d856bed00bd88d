import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { AppError, toAppError, toProblemResponse } from '@/lib/errors'
import { Client, Cors, Form } from '@/lib/http'
import { log } from '@/lib/log'
import { Abort } from './Abort'
import type { GatewayAnswer } from './GatewayAnswer'
import { answerOnSocket, answerParserError } from './answer-on-socket'
import { continueWhenRead } from './continue-when-read'
import type { RequestInfo } from './answer'
import * as Route from './Route'
import { sendAnswer } from './send-answer'
import * as Turns from './Turns'

export type RequestRoutes = {
  takes(target: string): boolean
  handle(request: Request, info: RequestInfo): Promise<Response>
  /** True for routes that no purchase depends on: they share the queue of the pages. */
  inTurn?: boolean
}

/** The handlers behind the listener. */
export type ListenerTarget = {
  /** Answers everything below /gateway/. Never throws. */
  handle(request: Request, info: RequestInfo): Promise<GatewayAnswer>
  /** Other routes served on plain Node; the first that takes a request target answers it. They never throw. */
  besides?: readonly RequestRoutes[]
  /** Serves everything else, or calls `refuse` with a problem. */
  otherwise(request: IncomingMessage, response: ServerResponse, refuse: (problem: AppError) => void): unknown
  /** Our public URL, whatever name a client or a proxy used. */
  origin: string
  /** Proxies whose forwarding headers are trusted for the client's address; default none. */
  isTrusted?: Client.IsTrusted
}

export type GatewayListener = {
  server: Server
  /**
   * Stops accepting connections, lets running requests finish for `graceMs`, each with `Connection: close`, then cuts
   * them off.
   */
  close(graceMs: number): Promise<void>
}

const targetBytesMax = 8 * 1024
/**
 * A page takes milliseconds of the one processor that it shares with sales. A few run at a time, so that a sale never
 * waits for many of them. API calls that wait for a chain hold a slot for one turn at most: 80 can start in a second.
 */
const pageTurns = { atOnce: 4, turnMs: 50, waitingMax: 500 }
const limits = {
  maxHeaderSize: 16 * 1024,
  // Time limits for receiving the headers, and the whole request. An answer has no limit.
  headersTimeout: 15_000,
  requestTimeout: 120_000,
  connectionsCheckingInterval: 1_000,
  // Longer than the idle timeout of common load balancers, so that they close first.
  keepAliveTimeout: 65_000,
  // Node refuses a missing Host without a body; we answer with a problem.
  requireHostHeader: false,
} as const

/**
 * Creates the server of the one port. /gateway/ and `besides` run on plain Node, because Next's router costs about 2 ms
 * of CPU a request; everything else goes to `otherwise`. Errors of the HTTP parser are answered as problems. `overrides`
 * is for tests.
 */
export function createListener(
  behind: ListenerTarget,
  overrides: Partial<Record<keyof typeof limits, number>> = {},
): GatewayListener {
  const gateway = plainListener(behind, behind.handle)
  const besides = (behind.besides ?? []).map((beside) => ({ ...beside, listen: plainListener(behind, beside.handle) }))
  const turns = Turns.create(pageTurns)
  const running = new Set<ServerResponse>()
  let draining = false
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    running.add(outgoing)
    outgoing.once('close', () => running.delete(outgoing))
    if (draining) outgoing.shouldKeepAlive = false
    try {
      normalise(incoming, behind)
    } catch (error) {
      return refuse(behind, outgoing, toAppError(error))
    }
    const target = incoming.url ?? ''
    if (target === '*') return void outgoing.writeHead(204, { Allow: Cors.methods }).end()
    const isShared = Cors.isShared(target)
    if (isShared && Cors.isPreflight(incoming.method, incoming.headers))
      return void outgoing.writeHead(204, Cors.preflight(incoming.headers).flat()).end()
    if (isGateway(target)) return void gateway(incoming, outgoing)
    const beside = besides.find(({ takes }) => takes(target))
    if (beside && !beside.inTurn) return void beside.listen(incoming, outgoing)
    turns.take(
      (end) => {
        outgoing.once('close', end)
        if (outgoing.destroyed) return end()
        if (beside) return void beside.listen(incoming, outgoing)
        if (isShared) for (const [name, value] of Cors.anyOrigin) outgoing.setHeader(name, value)
        behind.otherwise(incoming, outgoing, (problem) => refuse(behind, outgoing, problem))
      },
      (problem) => refuse(behind, outgoing, problem),
    )
  }
  const server = createServer({ ...limits, ...overrides, requireHostHeader: false }, serve)
  server.on('checkContinue', (incoming, outgoing: ServerResponse) => {
    if (!/^\s*100-continue\s*$/i.test(incoming.headers.expect ?? ''))
      return refuse(behind, outgoing, unmetExpectation())
    continueWhenRead(incoming, outgoing, () => !draining)
    serve(incoming, outgoing)
  })
  server.on('checkExpectation', (_, outgoing: ServerResponse) => refuse(behind, outgoing, unmetExpectation()))
  server.on('connect', (_, socket) => answerOnSocket(socket, noTunnel(), behind.origin))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => answerParserError(error, socket, behind.origin))
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const drain = () => {
    draining = true
    // An answer that has not started can still announce that its connection closes.
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

/**
 * Normalises a request: its target becomes a path, its Host and forwarding headers become those of PUBLIC_URL, so that no
 * handler is misled, and Next accepts forms sent through any proxy. Puts the client's address into X-Forwarded-For.
 * @throws AppError bad-request, misdirected, uri-too-long
 */
function normalise(incoming: IncomingMessage, behind: ListenerTarget): void {
  const { headers, rawHeaders, method = '', url: rawTarget = '', httpVersion: version, socket } = incoming
  const hosts = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host')
  const own = { publicUrl: behind.origin, address: Client.plain(socket.localAddress ?? ''), port: socket.localPort }
  const target = Form.readTarget({ method, target: rawTarget, version, hosts }, own)
  assertAnswerable(target)
  incoming.url = target
  const { host, protocol } = new URL(behind.origin)
  const client = Client.addressOf(socket.remoteAddress, headers, behind.isTrusted ?? (() => false))
  for (const name of ['forwarded', 'x-forwarded-port', 'x-forwarded-for', 'x-real-ip']) delete headers[name]
  Object.assign(headers, { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) })
  if (client !== undefined) headers[Client.header] = client
}

/**
 * Checks that apply to every target; the gateway checks its own paths more strictly.
 * @throws AppError
 */
function assertAnswerable(target: string): void {
  if (target.length > targetBytesMax)
    throw new AppError('uri-too-long', `The request target may have ${targetBytesMax / 1024} KiB.`)
  if (!isGateway(target) && !isDecodable(target))
    throw new AppError('bad-request', 'The path is not UTF-8 in percent-encoding, or holds a NUL.')
}

/** Next's router answers an undecodable path with a bare 500, and PostgreSQL cannot store a NUL. */
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

function plainListener(behind: ListenerTarget, handle: ListenerTarget['handle']): NodeListener {
  // Signals getRequestListener that the answer is already written: its own writer ends a broken answer as if it were
  // complete.
  const sent = new Response(null, { headers: { 'x-hono-already-sent': 'true' } })
  const listen = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const { url, headers } = incoming as IncomingMessage
      const gone = new Abort()
      outgoing.once('close', () => {
        if (!outgoing.writableFinished) gone.abort(new Error('the client went away'))
      })
      const response = await handle(request, { target: url, remoteAddress: headers[Client.header]?.toString(), gone })
      await sendAnswer(response, outgoing as ServerResponse, Cors.isShared(url ?? ''))
      return sent
    },
    {
      overrideGlobalObjects: false,
      errorHandler: (error) => {
        log().warn({ err: error }, 'request could not be read')
        const problem = new AppError('bad-request', 'The request target is malformed.')
        return toProblemResponse(problem, behind.origin)
      },
    },
  )
  return async (incoming, outgoing) => {
    try {
      // Check the raw target: a URL object would already have resolved "/x/../".
      if (isGateway(incoming.url ?? '')) Route.parseTarget(incoming.url ?? '')
      await listen(incoming, outgoing)
    } catch (error) {
      await sendProblem(behind, outgoing, toAppError(error))
    }
  }
}

function refuse(behind: ListenerTarget, outgoing: ServerResponse, problem: AppError): void {
  outgoing.shouldKeepAlive = false
  void sendProblem(behind, outgoing, problem)
}

function sendProblem({ origin }: ListenerTarget, outgoing: ServerResponse, problem: AppError): Promise<void> {
  return sendAnswer(toProblemResponse(problem, origin), outgoing, Cors.isShared(outgoing.req.url ?? ''))
}

function unmetExpectation(): AppError {
  return new AppError('expectation-failed', 'Only "Expect: 100-continue" can be met.')
}

function noTunnel(): AppError {
  return new AppError('method-not-allowed', 'CONNECT is for proxies, and this is none.', {
    headers: { Allow: Cors.methods },
  })
}

const idleEveryMs = 100

function close(server: Server, sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  // Connections become idle as their requests finish. Node does not count a connection without any byte as idle.
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
