import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as Sealed from '../sealed'
import { closeEgress } from '@/lib/egress'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'
import * as RequestBody from './RequestBody'
import { Abort } from './Abort'
import * as Upstream from './Upstream'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

let handler: Handler = (_, response) => response.end('ok')
const server = createServer((request, response) => handler(request, response))
let origin = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  origin = `http://127.0.0.1:${port}`
  env.UPSTREAM_ALLOW.push(`127.0.0.1:${port}`)
})
afterEach(() => {
  handler = (_, response) => response.end('ok')
})
afterAll(async () => {
  env.UPSTREAM_ALLOW.length = 0
  await closeEgress()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function resource(upstreamUrl: string, more: Partial<Resource> = {}): Resource {
  return {
    id: '0190a5a0-0000-7000-8000-000000000001',
    merchantId: 'm',
    merchantSlug: 'acme',
    method: 'GET',
    path: '/a',
    name: 'a',
    description: '',
    mimeType: 'application/json',
    upstreamUrl,
    execution: null,
    policyId: null,
    timeoutMs: 2_000,
    priceMicros: 10_000n,
    pricing: null,
    settle: null,
    streaming: false,
    sideEffects: false,
    session: false,
    meter: 'request',
    unitType: 'request',
    depositUnits: 1_000,
    listing: { tags: [] },
    accessSeconds: null,
    identifierRequired: false,
    permit2: false,
    contractPayers: false,
    ownPayouts: true,
    status: 'live',
    revision: 1,
    payouts: [],
    headers: [],
    ...more,
  }
}

function call(path: string, more: Partial<Upstream.UpstreamCall> = {}): Upstream.UpstreamCall {
  return { resource: resource(origin + path), params: {}, query: '', method: 'GET', headers: new Headers(), ...more }
}

async function text(answer: Upstream.UpstreamAnswer): Promise<string> {
  return answer.body ? new Response(answer.body).text() : ''
}

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof AppError) return error
  throw error
}

const echo: Handler = (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () =>
    response.end(
      JSON.stringify({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      }),
    ),
  )
}
type Echo = { method: string; url: string; headers: Record<string, string>; body: string }
const echoed = async (sent: Upstream.UpstreamCall) => JSON.parse(await text(await Upstream.send(sent))) as Echo

describe('Upstream.send', () => {
  it('builds the URL from checked values, and the agent cannot set what the merchant set', async () => {
    handler = echo
    const sent = call('/v1/:city/now?key=s3cret&u=:city', {
      params: { city: 'a b/..' },
      query: 'x=%2F&key=mine&k%65y=mine&y=1&y=2',
    })
    expect((await echoed(sent)).url).toBe('/v1/a%20b%2F../now?key=s3cret&u=a%20b%2F..&x=%2F&y=1&y=2')
  })

  it('injects sealed headers, which win, and drops headers that are not for the upstream', async () => {
    handler = echo
    const base = resource(`${origin}/a`)
    const sealed = (name: string, value: string) => ({
      name,
      sealed: Sealed.seal(value, Sealed.headerContext(base.id, name)),
    })
    const headers = new Headers({ 'x-api-key': 'mine', authorization: 'Bearer mine', cookie: 'a', accept: 'x/y' })
    const answer = await echoed(
      call('/a', {
        resource: { ...base, headers: [sealed('x-api-key', 'k'), sealed('authorization', 'Bearer k')] },
        headers,
      }),
    )
    expect(answer.headers).toMatchObject({ 'x-api-key': 'k', authorization: 'Bearer k', accept: 'x/y' })
    expect(answer.headers).not.toHaveProperty('cookie')
    expect(answer.headers.host).toBe(new URL(origin).host)
  })

  it('does not call when a sealed header does not open', async () => {
    let calls = 0
    handler = (_, response) => response.end(String(++calls))
    const broken = resource(`${origin}/a`, { headers: [{ name: 'x', sealed: new Uint8Array(40) }] })
    expect((await refusal(Upstream.send(call('/a', { resource: broken })))).code).toBe('upstream-failed')
    expect(calls).toBe(0)
  })

  it('sends bytes with their length, and a stream with its declared length', async () => {
    handler = echo
    const bytes = await echoed(call('/a', { method: 'POST', body: Buffer.from('{"a":1}') }))
    expect(bytes).toMatchObject({ method: 'POST', body: '{"a":1}', headers: { 'content-length': '7' } })
    const stream = new Blob(['abc']).stream()
    const streamed = await echoed(call('/a', { method: 'POST', body: { kind: 'stream', stream, lengthBytes: 3 } }))
    expect(streamed).toMatchObject({ body: 'abc', headers: { 'content-length': '3' } })
  })

  it('never completes a streamed request whose bytes do not match its digest', async () => {
    for (const lengthBytes of [undefined, 4]) {
      let complete: boolean | undefined
      const seen = new Promise<void>((resolve) => {
        handler = (request) => {
          request.on('error', () => {}).resume()
          request.on('close', () => {
            complete = request.complete
            resolve()
          })
        }
      })
      const request = new Request('http://h/', {
        method: 'POST',
        body: new Blob(['abcX']).stream(),
        headers: { 'content-digest': 'sha-256=:iNQmb9TmM40TuEX88olXnSCciXgjuSF9o+Fhk28DFYk=:' },
        duplex: 'half',
      } as RequestInit)
      const body = await RequestBody.read(request)
      if (body.kind !== 'stream') throw new Error(body.kind)
      const sent = { ...body, ...(lengthBytes !== undefined && { lengthBytes }) }
      const error = await refusal(Upstream.send(call('/a', { method: 'POST', body: sent })))
      expect(error.code).toBe('bad-request')
      await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 300))])
      expect(complete).not.toBe(true)
    }
  })

  it('streams both ways at once', async () => {
    handler = (request, response) => request.pipe(response)
    let feed: ReadableStreamDefaultController<Uint8Array> | undefined
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (feed = controller) })
    const sent = Upstream.send(call('/a', { method: 'POST', body: { kind: 'stream', stream } }))
    feed?.enqueue(Buffer.from('one'))
    const reader = (await sent).body!.getReader()
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('one')
    feed?.enqueue(Buffer.from('two'))
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('two')
    feed?.close()
    expect((await reader.read()).done).toBe(true)
  })

  it('passes events on as they arrive', async () => {
    let push: (text: string) => void = () => {}
    handler = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.flushHeaders()
      push = (text) => response.write(text)
    }
    const { body, headers } = await Upstream.send(call('/events'))
    expect(headers).toContainEqual(['content-type', 'text/event-stream'])
    const reader = body!.getReader()
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      push(event)
      expect(Buffer.from((await reader.read()).value!).toString()).toBe(event)
    }
    await reader.cancel()
  })

  it('does not decompress, and keeps Content-Encoding', async () => {
    handler = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello'))
    const answer = await Upstream.send(call('/a', { headers: new Headers({ 'accept-encoding': 'gzip' }) }))
    expect(answer.headers).toContainEqual(['content-encoding', 'gzip'])
    const held = await Upstream.holdAnswer(answer)
    expect(gunzipSync(held.body).toString()).toBe('hello')
  })

  it('returns no body if the status allows none', async () => {
    handler = (_, response) => response.writeHead(204).end()
    expect(await Upstream.send(call('/a'))).toMatchObject({ status: 204, body: null })
  })
})

describe('Upstream.send, when the upstream fails', () => {
  it('times out when the answer does not begin, and ends the connection', async () => {
    let ended: Promise<void> | undefined
    handler = (request) => void (ended = new Promise((resolve) => request.socket.once('close', () => resolve())))
    const error = await refusal(Upstream.send(call('/a', { resource: resource(`${origin}/a`, { timeoutMs: 100 }) })))
    expect([error.code, error.status]).toEqual(['upstream-timeout', 504])
    await ended
  })

  it('does not time out an answer that has begun', async () => {
    handler = (_, response) => {
      response.write('a')
      setTimeout(() => response.end('b'), 300)
    }
    expect(await text(await Upstream.send(call('/a', { resource: resource(`${origin}/a`, { timeoutMs: 150 }) })))).toBe(
      'ab',
    )
  })

  it.each([500, 502])('counts status %i as failure, without its words', async (status) => {
    handler = (_, response) => response.writeHead(status, { 'content-type': 'text/plain' }).end('stack trace')
    for (const paid of [true, false]) {
      const error = await refusal(Upstream.send(call('/a', { paid })))
      expect([error.code, error.extra]).toEqual(['upstream-failed', { upstreamStatus: status }])
    }
  })

  it('does not charge for a 4xx, and reports the status and safe text', async () => {
    handler = (_, response) => response.writeHead(404, { 'content-type': 'application/json' }).end('{"no":"such city"}')
    const error = await refusal(Upstream.send(call('/a')))
    expect([error.code, error.status, error.retryable]).toEqual(['upstream-rejected', 422, false])
    expect(error.extra).toEqual({ upstreamStatus: 404, upstreamBody: '{"no":"such city"}' })

    handler = (_, response) =>
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"key":"k-1 is bad"}')
    expect((await refusal(Upstream.send(call('/a')))).extra).toEqual({ upstreamStatus: 401 })

    const secret = resource(`${origin}/a`)
    const headers = [{ name: 'x-key', sealed: Sealed.seal('k-123', Sealed.headerContext(secret.id, 'x-key')) }]
    handler = (_, response) => response.writeHead(400, { 'content-type': 'text/plain' }).end('key k-123 is bad')
    const hidden = await refusal(Upstream.send(call('/a', { resource: { ...secret, headers } })))
    expect(hidden.extra).toEqual({ upstreamStatus: 400 })

    handler = (_, response) => response.writeHead(400, { 'content-type': 'text/plain' }).end('x'.repeat(5_000))
    expect((await refusal(Upstream.send(call('/a')))).extra).toEqual({ upstreamStatus: 400 })
  })

  it('passes a 4xx and a 304 of a free call on', async () => {
    handler = (_, response) => response.writeHead(404).end('no')
    const answer = await Upstream.send(call('/a', { paid: false }))
    expect([answer.status, await text(answer)]).toEqual([404, 'no'])
    handler = (_, response) => response.writeHead(304).end()
    expect(await Upstream.send(call('/a', { paid: false }))).toMatchObject({ status: 304, body: null })
    expect((await refusal(Upstream.send(call('/a')))).extra).toEqual({ upstreamStatus: 304 })
  })

  it('fails if the port is closed, the connection is reset, or the answer is not HTTP', async () => {
    env.UPSTREAM_ALLOW.push('127.0.0.1:9')
    const closed = resource('http://127.0.0.1:9/')
    expect((await refusal(Upstream.send(call('/', { resource: closed })))).code).toBe('upstream-failed')
    handler = (request) => request.socket.destroy()
    expect((await refusal(Upstream.send(call('/a')))).code).toBe('upstream-failed')
    handler = (request) => request.socket.end('garbage\r\n\r\n')
    expect((await refusal(Upstream.send(call('/a')))).code).toBe('upstream-failed')
  })

  it('calls once and never retries', async () => {
    let calls = 0
    handler = (request) => {
      calls += 1
      request.socket.destroy()
    }
    await refusal(Upstream.send(call('/a')))
    expect(calls).toBe(1)
  })

  it('breaks the stream when the answer breaks off', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('abc')
      setTimeout(() => response.destroy(), 50)
    }
    await expect(text(await Upstream.send(call('/a')))).rejects.toThrow()
  })

  it('ends the upstream call when the agent goes away, before and while it answers', async () => {
    let ended: Promise<void> | undefined
    let begin = false
    handler = (request, response) => {
      ended = new Promise((resolve) => request.socket.once('close', () => resolve()))
      if (begin) response.write('a')
    }
    const abort = new Abort()
    const waiting = refusal(Upstream.send(call('/a', { gone: abort })))
    setTimeout(() => abort.abort(), 50)
    expect((await waiting).code).toBe('upstream-failed')
    await ended

    begin = true
    const later = new Abort()
    const answer = await Upstream.send(call('/a', { gone: later }))
    const read = text(answer)
    later.abort()
    await expect(read).rejects.toThrow()
    await ended

    const cancelled = await Upstream.send(call('/a'))
    await cancelled.body?.cancel()
    await ended
    expect((await refusal(Upstream.send(call('/a', { gone: later })))).code).toBe('upstream-failed')
  })
})

describe('Upstream.send, when it is redirected', () => {
  it('follows three times on the same host, with the secret headers', async () => {
    const seen: string[] = []
    handler = (request, response) => {
      seen.push(`${request.method} ${request.url}`)
      const hop = Number(request.url?.slice(1))
      if (hop < 3) response.writeHead(302, { location: `/${hop + 1}` }).end()
      else response.end('there')
    }
    expect(await text(await Upstream.send(call('/0')))).toBe('there')
    expect(seen).toEqual(['GET /0', 'GET /1', 'GET /2', 'GET /3'])
    handler = (_, response) => response.writeHead(302, { location: '/again' }).end()
    expect((await refusal(Upstream.send(call('/0')))).code).toBe('upstream-failed')
  })

  it('keeps method and body on 307 and 308 only', async () => {
    const post = call('/0', { method: 'POST', body: Buffer.from('abc') })
    for (const [status, method, body] of [
      [302, 'GET', ''],
      [303, 'GET', ''],
      [307, 'POST', 'abc'],
      [308, 'POST', 'abc'],
    ] as const) {
      handler = (request, response) =>
        request.url === '/0' ? void response.writeHead(status, { location: '/1' }).end() : echo(request, response)
      expect(await echoed(post)).toMatchObject({ method, body })
    }
  })

  it.each([
    'http://127.0.0.1:1/',
    'http://169.254.169.254/latest/meta-data',
    '//example.com/',
    'https://127.0.0.1/',
    'file:///etc/passwd',
    'http://[',
  ])('does not follow to %s', async (location) => {
    handler = (_, response) => response.writeHead(302, { location }).end()
    expect((await refusal(Upstream.send(call('/0')))).code).toBe('upstream-refused')
  })
})

describe('Upstream.holdAnswer', () => {
  it('holds up to the limit and not a byte more', async () => {
    handler = (_, response) => response.end('x'.repeat(1_000))
    expect((await Upstream.holdAnswer(await Upstream.send(call('/a')), 1_000)).body.byteLength).toBe(1_000)
    const error = await refusal(Upstream.holdAnswer(await Upstream.send(call('/a')), 999))
    expect(error.code).toBe('upstream-failed')
    expect(error.message).toContain('mark this resource as streaming')
  })

  it('refuses an answer that breaks off', async () => {
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('abc')
      setTimeout(() => response.destroy(), 20)
    }
    expect((await refusal(Upstream.holdAnswer(await Upstream.send(call('/a'))))).code).toBe('upstream-failed')
  })
})
