import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

/** What a handler answers: one document, text, or documents in a stream of lines. */
export type Answer =
  | { status: number; json: unknown }
  | { status: number; text: string }
  | { status: number; lines: AsyncIterable<unknown> }

export type Request = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
  /** Aborts when the client has gone. */
  signal: AbortSignal
}

export type Handler = (request: Request) => Promise<Answer>

/** `lost-…` closes the connection without an answer, `error-…` answers 500; before or after the request has had its effect. */
export type FaultKind = 'lost-before' | 'lost-after' | 'error-before' | 'error-after' | 'slow'

/** A fault of an HTTP face: it hits requests whose path holds `path`, `times` times or until `heal`. */
export type Fault = { kind: FaultKind; path?: string; times?: number; delayMs?: number }

/** An HTTP server on a port of its own that can be made to fail. */
export type Face = {
  inject(fault: Fault): void
  /** Closes the port and every connection, until `up`. */
  down(): Promise<void>
  up(): Promise<void>
  heal(): Promise<void>
  close(): Promise<void>
}

const bodyLimit = 64 * 1024

/** Opens a face on 127.0.0.1. A handler that throws is a fault of the sandbox, and answers 500 with its words. */
export async function openFace(port: number, handler: Handler): Promise<Face> {
  let faults: Fault[] = []
  const takeFault = (path: string) => {
    const fault = faults.find((one) => one.path === undefined || path.includes(one.path))
    if (fault?.times !== undefined && --fault.times <= 0) faults = faults.filter((one) => one !== fault)
    return fault
  }
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    void serve(request, response, handler, takeFault).catch(() => response.destroy())
  }
  let server: Server | undefined = await listen(port, listener)
  const down = async () => {
    const closing = server
    server = undefined
    if (!closing) return
    const closed = new Promise<void>((resolve) => closing.close(() => resolve()))
    closing.closeAllConnections()
    await closed
  }
  const up = async () => {
    server ??= await listen(port, listener)
  }
  return {
    inject: (fault) => void faults.push({ ...fault }),
    down,
    up,
    async heal() {
      faults = []
      await up()
    },
    close: down,
  }
}

async function listen(
  port: number,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(listener)
  // Clients keep connections open; closing them under a request would look like a lost answer.
  server.keepAliveTimeout = 600_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return server
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  handler: Handler,
  takeFault: (path: string) => Fault | undefined,
): Promise<void> {
  const request = await read(incoming, response)
  const fault = takeFault(request.path)
  if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
  if (fault?.kind === 'lost-before') return void response.destroy()
  if (fault?.kind === 'error-before') return send(response, internalError, request)
  const answer = await handler(request).catch((error: unknown) => failureOf(error))
  if (fault?.kind === 'lost-after' || fault?.kind === 'error-after') {
    if ('lines' in answer) for await (const _ of answer.lines);
    if (fault.kind === 'lost-after') return void response.destroy()
    return send(response, internalError, request)
  }
  await send(response, answer, request)
}

const internalError: Answer = { status: 500, json: { code: 13, message: 'internal error', details: [] } }
const failureOf = (error: unknown): Answer => ({ status: 500, json: { code: 2, message: String(error), details: [] } })

async function read(incoming: IncomingMessage, response: ServerResponse): Promise<Request> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming) {
    length += (chunk as Buffer).length
    if (length > bodyLimit) throw new Error('the body is too large')
    chunks.push(chunk as Buffer)
  }
  const url = new URL(incoming.url ?? '/', 'http://sandbox')
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    signal: gone.signal,
  }
}

async function send(response: ServerResponse, answer: Answer, { signal }: Request): Promise<void> {
  if ('text' in answer) {
    response.writeHead(answer.status, { 'content-type': 'text/plain; charset=utf-8' }).end(answer.text)
    return
  }
  response.writeHead(answer.status, { 'content-type': 'application/json' })
  if ('json' in answer) return void response.end(JSON.stringify(answer.json))
  response.flushHeaders()
  for await (const line of answer.lines) {
    if (signal.aborted) break
    response.write(`${JSON.stringify(line)}\n`)
  }
  response.end()
}
