import { createHash, randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { pickPort } from './port'

/** One call that the upstream received. */
export type Call = { id: string; method: string; path: string; query: string; bodySha256: string; at: string }

export type Upstream = {
  baseUrl: string
  journalUrl: string
  port: number
  stop(): Promise<void>
}

export type UpstreamOptions = {
  /** Wished port; another one is taken when it is in use. */
  port?: number
  /** Where the journal is kept between runs, one JSON line per call. */
  journalFile?: string
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void | Promise<void>

const fortunes = [
  'A small payment made in time saves nine retries.',
  'You will soon receive exactly what you paid for.',
  'The ledger remembers what the log forgets.',
  'Trust the receipt, but verify the block.',
  'He who broadcasts before he stores will pay twice.',
]

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const routes: Record<string, Answer> = {
  'GET /fortune': (_, response) =>
    json(response, 200, {
      fortune: fortunes[Math.floor(Math.random() * fortunes.length)],
      at: new Date().toISOString(),
    }),
  'POST /summarize': (_, response, body) => {
    let input: unknown
    try {
      input = JSON.parse(body.toString('utf8'))
    } catch {
      return json(response, 400, { error: 'the body must be JSON' })
    }
    const text = typeof input === 'object' && input && 'text' in input ? String(input.text) : JSON.stringify(input)
    const words = text.split(/\s+/).filter(Boolean)
    json(response, 200, { summary: words.slice(0, 12).join(' '), words: words.length })
  },
  'GET /slow': async (_, response) => {
    await pause(3_000)
    json(response, 200, { waitedMs: 3_000 })
  },
  'GET /failing': (_, response) => json(response, 500, { error: 'this always fails' }),
  'GET /report': (_, response) =>
    json(response, 200, { report: 'quarterly', pages: 42, figures: fortunes.map((text) => text.length) }),
  'GET /dossier': (_, response) =>
    json(response, 200, { company: 'Example Ltd', founded: 1998, employees: 42, rating: 'BBB+' }),
  'GET /status': (_, response) => json(response, 200, { status: 'ok', uptimeS: Math.round(process.uptime()) }),
  'GET /tick': (_, response) =>
    json(response, 200, { tick: Number(process.hrtime.bigint() / 1_000n), at: new Date().toISOString() }),
  'GET /stream': (request, response) => stream(request, response, () => undefined),
  // Events of one, two, three, one, … units.
  'GET /stream-units': (request, response) => stream(request, response, (index) => ((index - 1) % 3) + 1),
  // A receiver of webhooks: `?status=503` refuses them.
  'POST /hooks': (request, response) => {
    const status = Number(new URL(request.url ?? '/', 'http://upstream').searchParams.get('status') ?? 204)
    response.writeHead(status).end()
  },
  // As many words as one asks for, and a header that says how many.
  'GET /words': (request, response) => {
    const asked = Number(new URL(request.url ?? '/', 'http://upstream').searchParams.get('count') ?? 10)
    const words = Array.from(
      { length: Math.min(Math.max(0, Math.trunc(asked) || 0), 10_000) },
      (_, at) => `word${at + 1}`,
    )
    response.setHeader('x-words', String(words.length))
    json(response, 200, { text: words.join(' ') })
  },
  'GET /quote': (_, response) => json(response, 200, { quote: fortunes[0] }),
  'GET /echo': (request, response) =>
    json(response, 200, { method: request.method, url: request.url, headers: request.headers }),
}

/**
 * Server-sent events, `?events=5&everyMs=200` of them, the first at once. `fail=n` breaks the connection after n events,
 * `fail=0` answers 500 instead. What an event counts is a field of its own, `units: n`.
 */
async function stream(
  request: IncomingMessage,
  response: ServerResponse,
  unitsOf: (index: number) => number | undefined,
): Promise<void> {
  const query = new URL(request.url ?? '/', 'http://upstream').searchParams
  const numberIn = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise)
  const [events, everyMs, fail] = [numberIn('events', 5), numberIn('everyMs', 200), numberIn('fail', Infinity)]
  if (fail === 0) return json(response, 500, { error: 'this stream never begins' })
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for (let index = 1; index <= events && !response.destroyed; index++) {
    if (index > 1) await pause(everyMs)
    const data = JSON.stringify({ index, of: events, at: new Date().toISOString() })
    const units = unitsOf(index)
    const counted = units === undefined ? '' : `units: ${units}\n`
    response.write(`id: ${index}\n${counted}data: ${data}\n\n`)
    if (index === fail) {
      // Buffered output is sent first.
      await pause(20)
      response.destroy()
      return
    }
  }
  response.end()
}

/**
 * The sample API that the demo sells, on 127.0.0.1. It writes down every call before it answers; `GET /__journal`
 * answers what it wrote, oldest first.
 */
export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const calls = options.journalFile === undefined ? [] : readJournal(options.journalFile)
  const record = (call: Call) => {
    calls.push(call)
    if (options.journalFile !== undefined) appendFileSync(options.journalFile, `${JSON.stringify(call)}\n`)
  }
  const server = createServer((request, response) => {
    serve(request, response, calls, record).catch((error: Error) => {
      if (response.headersSent) response.destroy()
      else json(response, 500, { error: error.message })
    })
  })
  // The gateway keeps connections open; closing them under it would look like a failing upstream.
  server.keepAliveTimeout = 120_000
  const port = await pickPort(options.port)
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    baseUrl,
    journalUrl: `${baseUrl}/__journal`,
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  calls: readonly Call[],
  record: (call: Call) => void,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://upstream')
  if (url.pathname === '/__journal') return json(response, 200, calls)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  record({
    id: randomUUID(),
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    bodySha256: createHash('sha256').update(body).digest('hex'),
    at: new Date().toISOString(),
  })
  const answer = routes[`${request.method} ${url.pathname}`]
  if (!answer) return json(response, 404, { error: `no ${request.method} ${url.pathname} here` })
  await answer(request, response, body)
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function readJournal(file: string): Call[] {
  mkdirSync(path.dirname(file), { recursive: true })
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => parseCall(line))
  } catch {
    return []
  }
}

function parseCall(line: string): Call[] {
  try {
    return [JSON.parse(line) as Call]
  } catch {
    // The last line of a run that was killed while it wrote.
    return []
  }
}
