import type { ServerResponse } from 'node:http'
import { Cors } from '@/lib/http'
import type { GatewayAnswer, WholeAnswer } from './GatewayAnswer'

type Chunk = { done: boolean; value?: Uint8Array | undefined }

/**
 * Writes an answer to Node's response as fast as the client reads. If the body breaks off, the connection is destroyed,
 * so that the agent can see that the answer is incomplete. Resolves when everything is written or the agent has
 * disconnected. `isShared` adds the CORS headers.
 */
export async function sendAnswer(response: GatewayAnswer, outgoing: ServerResponse, isShared = false): Promise<void> {
  if (!(response instanceof Response)) return sendWhole(response, outgoing, isShared)
  const headers = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  const shared = Object.fromEntries(isShared ? sharedHeaders(outgoing, headers['cache-control']) : [])
  const all = { ...shared, ...headers, ...(cookies.length > 0 && { 'set-cookie': cookies }) }
  if (!response.body || outgoing.req.method === 'HEAD') {
    void response.body?.cancel().catch(() => {})
    outgoing.writeHead(response.status, all).end()
    return
  }
  const reader = response.body.getReader()
  const cancel = () => void reader.cancel().catch(() => {})
  outgoing.once('close', cancel)
  try {
    await pump(reader, outgoing, () => outgoing.writeHead(response.status, all), 'content-length' in headers)
  } catch {
    // Also if the agent disconnected before the stream was opened.
    cancel()
    outgoing.destroy()
  } finally {
    outgoing.off('close', cancel)
  }
}

function sharedHeaders({ req }: ServerResponse, cacheControl: string | undefined) {
  return Cors.headersFor(req.headers.origin, cacheControl)
}

/** Writes headers and body at once. */
function sendWhole({ status, headers, body }: WholeAnswer, outgoing: ServerResponse, isShared: boolean): void {
  const valueOf = (lowerName: string) => headers.find(([name]) => name.toLowerCase() === lowerName)?.[1]
  const hasLength = valueOf('content-length') !== undefined
  const flat = headers.flat()
  if (isShared) flat.push(...sharedHeaders(outgoing, valueOf('cache-control')).flat())
  if (!hasLength) flat.push('Content-Length', String(body.byteLength))
  outgoing.writeHead(status, flat)
  outgoing.end(outgoing.req.method === 'HEAD' ? undefined : body)
}

/**
 * A body that is complete after one chunk gets a Content-Length. Any other body is streamed, its headers sent at once.
 */
async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  outgoing: ServerResponse,
  writeHead: () => void,
  hasLength: boolean,
): Promise<void> {
  let next: Promise<Chunk> = reader.read()
  let first: Chunk | undefined = await soon(next)
  if (first && !first.done && first.value) {
    const { value } = first
    next = reader.read()
    const second = await soon(next)
    if (second?.done && !hasLength) outgoing.setHeader('content-length', value.byteLength)
    writeHead()
    await write(outgoing, value)
    first = second
  } else {
    if (first?.done && !hasLength) outgoing.setHeader('content-length', 0)
    writeHead()
    outgoing.flushHeaders()
  }
  for (let chunk = first ?? (await next); !chunk.done; chunk = await reader.read())
    if (chunk.value) await write(outgoing, chunk.value)
  outgoing.end()
}

/** The chunk, if it is available without waiting for I/O. */
function soon(read: Promise<Chunk>): Promise<Chunk | undefined> {
  return Promise.race([read, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))])
}

async function write(outgoing: ServerResponse, chunk: Uint8Array): Promise<void> {
  if (outgoing.destroyed) throw new Error('the agent is gone')
  if (outgoing.write(chunk)) return
  await new Promise<void>((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done)
      resolve()
    }
    outgoing.on('drain', done).on('close', done)
  })
}
