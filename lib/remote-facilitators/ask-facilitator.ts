import { Readable } from 'node:stream'
import { log } from '../log'
import { db, sql } from '@/lib/db'
import { egressAgent } from '@/lib/egress'
import { AppError } from '@/lib/errors'
import * as Breaker from './Breaker'
import { cdpToken } from './cdp-token'
import type { RemoteFacilitator } from './RemoteFacilitator'
import type { FacilitatorAnswer, FacilitatorRequest } from './Codec'

export type FacilitatorReply =
  | { kind: 'answered'; answer: FacilitatorAnswer; latencyMs: number }
  /** No connection was made: not one byte of the payment was sent. */
  | { kind: 'unsent'; reason: string; latencyMs: number }
  /** The request was sent, but no readable answer came. */
  | { kind: 'silent'; reason: string; latencyMs: number; status: number | null }

export type FacilitatorQuestion = { kind: 'verify' | 'settle'; body: FacilitatorRequest } | { kind: 'supported' }

/** More than any facilitator's answer needs. */
const bytesMax = 256 * 1024

/**
 * Sends a request to a facilitator over HTTP: public addresses only, no redirects, bounded size and time. Records the
 * result for its health and circuit breaker; the caller judges the answer. Never throws.
 * @param readable whether an answer can be read. A facilitator with unreadable answers counts as down.
 */
export async function askFacilitator(
  facilitator: RemoteFacilitator,
  question: FacilitatorQuestion,
  readable: (answer: FacilitatorAnswer) => boolean,
  timeoutMs: number = facilitator.timeoutMs,
): Promise<FacilitatorReply> {
  const reply = await send(facilitator, question, timeoutMs)
  const ok = reply.kind === 'answered' && readable(reply.answer)
  const reason = reply.kind === 'answered' ? `HTTP ${reply.answer.status} with nothing that x402 knows` : reply.reason
  const status = reply.kind === 'answered' ? reply.answer.status : reply.kind === 'silent' ? reply.status : null
  void note(facilitator, { kind: question.kind, ok, status, latencyMs: reply.latencyMs, error: ok ? null : reason })
  return reply
}

async function send(
  facilitator: RemoteFacilitator,
  question: FacilitatorQuestion,
  timeoutMs: number,
): Promise<FacilitatorReply> {
  const startedMs = performance.now()
  const latencyMs = () => Math.round(performance.now() - startedMs)
  const signal = AbortSignal.timeout(timeoutMs)
  const body = question.kind === 'supported' ? undefined : Buffer.from(JSON.stringify(question.body))
  let left = false
  let status: number | null = null
  try {
    const { origin, pathname, search, host } = new URL(`${facilitator.url}/${question.kind}`)
    const method = body ? 'POST' : 'GET'
    const response = await egressAgent().request({
      origin,
      path: pathname + search,
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'Sluice-Facilitator/1',
        ...authHeaders(facilitator, { method, host, path: pathname }),
        ...(body && { 'content-type': 'application/json', 'content-length': String(body.length) }),
      },
      // The body is read only after the connection is made: before that nothing of the payment is sent.
      body: body
        ? Readable.from(
            once(body, () => (left = true)),
            { objectMode: false },
          )
        : null,
      signal,
    })
    status = response.statusCode
    const read = await readBody(response.body)
    if (read === undefined)
      return {
        kind: 'silent',
        reason: `Its answer is larger than ${bytesMax / 1024} KiB.`,
        latencyMs: latencyMs(),
        status,
      }
    return { kind: 'answered', answer: { status, body: parseJson(read) }, latencyMs: latencyMs() }
  } catch (error) {
    const reason = signal.aborted ? `No answer within ${timeoutMs / 1000} s.` : reasonOf(error)
    if (left || !body) return { kind: 'silent', reason, latencyMs: latencyMs(), status }
    return { kind: 'unsent', reason, latencyMs: latencyMs() }
  }
}

async function* once(body: Buffer, pulled: () => void): AsyncGenerator<Buffer> {
  pulled()
  yield body
}

function authHeaders(
  { auth }: RemoteFacilitator,
  request: { method: string; host: string; path: string },
): Record<string, string> {
  switch (auth.kind) {
    case 'none':
      return {}
    case 'headers':
      return auth.headers
    case 'cdp':
      return { authorization: `Bearer ${cdpToken(auth, request, Date.now())}` }
  }
}

type ResponseBody = Awaited<ReturnType<ReturnType<typeof egressAgent>['request']>>['body']

/** Undefined if it is too large; the rest is not read. */
async function readBody(body: ResponseBody): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += (chunk as Buffer).byteLength
    if (size > bytesMax) {
      body.on('error', () => {}).destroy()
      return undefined
    }
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const words: Record<string, string> = {
  ENOTFOUND: 'Its name cannot be found.',
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was reset before an answer.',
  UND_ERR_SOCKET: 'The connection ended before an answer.',
}

function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.message
  const { code = '' } = error as { code?: string }
  return words[code] ?? `The connection failed${error instanceof Error ? `: ${error.message.slice(0, 200)}` : ''}.`
}

type Sample = {
  kind: FacilitatorQuestion['kind']
  ok: boolean
  status: number | null
  latencyMs: number
  error: string | null
}

/** Writes the sample and moves the circuit: a success closes it, a failure counts towards opening it. Not awaited. */
async function note(
  { id, failures }: RemoteFacilitator,
  { kind, ok, status, latencyMs, error }: Sample,
): Promise<void> {
  try {
    await db.execute(sql`
      INSERT INTO facilitator_sample (upstream_id, kind, ok, http_status, latency_ms, error)
      VALUES (${id}::uuid, ${kind}, ${ok}, ${status}, ${latencyMs}, ${error})`)
    if (!ok) await countFailure(id, error)
    else if (failures > 0)
      await db.execute(sql`UPDATE facilitator_upstream SET failures = 0, open_until = NULL WHERE id = ${id}::uuid`)
  } catch (cause) {
    log().warn({ err: cause, upstreamId: id }, 'how a facilitator did could not be written')
  }
}

async function countFailure(id: string, error: string | null): Promise<void> {
  const [row] = await db.query<{ failures: number }>(sql`
    UPDATE facilitator_upstream SET failures = failures + 1, last_error = ${error}, last_error_at = now()
    WHERE id = ${id}::uuid RETURNING failures`)
  const pauseMs = Breaker.pauseAfter(row?.failures ?? 0)
  if (pauseMs > 0)
    await db.execute(sql`
      UPDATE facilitator_upstream SET open_until = now() + make_interval(secs => ${pauseMs / 1000}) WHERE id = ${id}::uuid`)
}
