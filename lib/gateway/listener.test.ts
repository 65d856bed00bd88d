import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { problemOf, start, stopAll } from '@/sandbox/testing/listener-harness'

/** Longer than any test takes. */
const hourMs = 3_600_000

afterEach(stopAll)

describe('createListener', () => {
  it('passes /gateway/ to the gateway, with the raw target and the peer, and the rest to Next', async () => {
    const { get } = await start(async ({ url }, { target, remoteAddress }) =>
      Response.json([url, { target, remoteAddress }]),
    )
    const answer = await get('/gateway/acme/a%20b?x=%2F..&y')
    expect(answer).toContain('["http://sluice.test/gateway/acme/a%20b?x=%2F..&y"')
    expect(answer).toContain('{"target":"/gateway/acme/a%20b?x=%2F..&y","remoteAddress":"127.0.0.1"}')
    for (const target of [
      '/',
      '/payments',
      '/Gateway/acme/a',
      '//gateway/acme/a',
      '/gateways/x',
      '/x/../gateway/acme/a',
    ])
      expect(await get(target)).toMatch(/next$/)
  })

  it.each([
    '/gateway',
    '/gateway?x',
    '/gateway/',
    '/gateway/acme/../other/a',
    '/gateway/acme/./a',
    '/gateway/acme/%2e%2e/a',
    '/gateway/acme/a\\b',
    '/gateway/acme//a',
    '/gateway/acme/a%2Fb',
    '/gateway/acme/a#b',
  ])('refuses %s before it becomes a URL', async (target) => {
    let calls = 0
    const { get } = await start(() => new Response(String(++calls)))
    expect(problemOf(await get(target))).toEqual({ status: 404, code: 'resource-not-found' })
    expect(calls).toBe(0)
  })

  it.each([
    '/payments/%',
    '/api/v1/payments/%',
    '/api/v1/payments/%ff',
    '/api/mcp/%00',
    '/facilitator/%/x',
    '/%',
    '/api/%E0%A4',
  ])('refuses %s, which no route can decode', async (target) => {
    const { get, raw } = await start(() => new Response('x'))
    const refused = { status: 400, code: 'bad-request' }
    expect(problemOf(await get(target))).toEqual(refused)
    const head = `${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect(problemOf(await raw(`${method} ${head}`))).toEqual(refused)
  })

  it('leaves every query unchanged', async () => {
    const { get } = await start(() => new Response('x'))
    expect(await get('/payments?q=%&x=%00')).toMatch(/next$/)
  })

  it('refuses a request target that is too long', async () => {
    const { get } = await start(() => new Response('x'))
    for (const target of [`/gateway/acme/a?q=${'x'.repeat(8_200)}`, `/payments?q=${'x'.repeat(8_200)}`])
      expect(problemOf(await get(target))).toEqual({ status: 414, code: 'uri-too-long' })
  })

  it.each([
    'GET /api/health HTTP/1.0\r\n\r\n',
    'HEAD /api/health HTTP/1.0\r\n\r\n',
    'GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n',
    'GET /api/health?x=1 HTTP/1.1\r\nHost: a/b:x y\r\nConnection: close\r\n\r\n',
    'GET /api/health HTTP/1.1\r\nHost: 10.0.0.7:3402\r\nConnection: close\r\n\r\n',
  ])('passes a load balancer’s check on, with our own host: %j', async (request) => {
    const { raw, pages } = await start(() => new Response('x'))
    expect(await raw(request)).toMatch(/^HTTP\/1.1 200 OK/)
    expect(pages.map(({ headers }) => headers.host)).toEqual(['sluice.test'])
  })

  it('answers errors of the parser with problems', async () => {
    const { raw } = await start(() => new Response('ok'))
    const head = 'GET /gateway/acme/a HTTP/1.1\r\nHost: h\r\n'
    expect(problemOf(await raw(`${head}X: ${'a'.repeat(17_000)}\r\n\r\n`))).toEqual({
      status: 431,
      code: 'headers-too-large',
    })
    const malformed = { status: 400, code: 'bad-request' }
    expect(problemOf(await raw(`${head}X: a\0b\r\n\r\n`))).toEqual(malformed)
    expect(problemOf(await raw('nonsense\r\n\r\n'))).toEqual(malformed)
    expect(problemOf(await raw(`${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`))).toEqual(malformed)
    expect(problemOf(await raw('GET /gateway/acme/a HTTP/1.1\r\nConnection: close\r\n\r\n'))).toEqual(malformed)
    expect(problemOf(await raw('GET /gateway/acme/a HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'))).toEqual(
      malformed,
    )
  })

  it('closes a connection whose request does not arrive, and keeps one with a slow answer', async () => {
    const limits = { headersTimeout: 300, requestTimeout: 300, connectionsCheckingInterval: 50 }
    const { raw, get } = await start(async (request) => {
      await request.text().catch(() => '')
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
      const writer = writable.getWriter()
      void (async () => {
        for (let event = 0; event < 6; event++) {
          await writer.write(Buffer.from(`data: ${event}\n\n`)).catch(() => {})
          await new Promise((resolve) => setTimeout(resolve, 150))
        }
        await writer.close().catch(() => {})
      })()
      return new Response(readable, { headers: { 'content-type': 'text/event-stream' } })
    }, limits)
    const slow = raw('GET /gateway/acme/a HTTP/1.1\r\nHost: h\r\nX-Slow: ')
    const answer = get('/gateway/acme/events')
    expect(problemOf(await slow)).toEqual({ status: 408, code: 'request-timeout' })
    expect(problemOf(await raw('POST /gateway/acme/a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc'))).toEqual({
      status: 408,
      code: 'request-timeout',
    })
    expect(await answer).toContain('data: 5')
  })

  it('sends headers at once and chunks as they arrive', async () => {
    let push: ReadableStreamDefaultController<Uint8Array> | undefined
    const { url } = await start(
      () => new Response(new ReadableStream<Uint8Array>({ start: (controller) => void (push = controller) })),
    )
    const response = await fetch(`${url}/gateway/acme/a`)
    const reader = response.body!.getReader()
    for (const text of ['one', 'two', 'three']) {
      push?.enqueue(Buffer.from(text))
      expect(Buffer.from((await reader.read()).value!).toString()).toBe(text)
    }
    push?.close()
    expect((await reader.read()).done).toBe(true)
  })

  it('sends the length of a complete body', async () => {
    const { url } = await start((request) =>
      new URL(request.url).search ? new Response(null, { status: 204 }) : new Response('größer'),
    )
    const response = await fetch(`${url}/gateway/acme/a`)
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['8', 'größer'])
    expect((await fetch(`${url}/gateway/acme/a?empty`)).status).toBe(204)
    const head = await fetch(`${url}/gateway/acme/a`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('destroys an answer that breaks off, so that it never looks complete', async () => {
    for (const before of [[], ['a'], ['a', 'b', 'c']]) {
      const { get } = await start(() => {
        const chunks = [...before]
        return new Response(
          new ReadableStream<Uint8Array>({
            pull(controller) {
              const chunk = chunks.shift()
              if (chunk === undefined) controller.error(new Error('broke off'))
              else controller.enqueue(Buffer.from(chunk))
            },
          }),
        )
      })
      const answer = await get('/gateway/acme/a')
      expect(answer).not.toContain('\r\n0\r\n\r\n')
      expect(answer.toLowerCase()).not.toContain('content-length')
    }
  })

  it('cancels the answer and aborts the request when the agent disconnects', async () => {
    let cancelled: () => void = () => {}
    const cancel = new Promise<void>((resolve) => (cancelled = resolve))
    let aborted: () => void = () => {}
    const abort = new Promise<void>((resolve) => (aborted = resolve))
    const { port } = await start((_, { gone }) => {
      gone?.once('abort', () => aborted())
      return new Response(
        new ReadableStream<Uint8Array>({
          pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
          cancel: () => cancelled(),
        }),
      )
    })
    const request = httpRequest({ port, host: '127.0.0.1', path: '/gateway/acme/a' }).end()
    request.on('error', () => {})
    await once(request, 'response')
    request.destroy()
    expect(await Promise.all([cancel, abort])).toHaveLength(2)
  })

  it('finishes running requests and accepts no new ones when it closes', async () => {
    let begin: () => void = () => {}
    const begun = new Promise<void>((resolve) => (begin = resolve))
    const { listener, url, get } = await start(async () => {
      begin()
      await new Promise((resolve) => setTimeout(resolve, 300))
      return new Response('done')
    })
    expect(await (await fetch(`${url}/`)).text()).toBe('next')
    const running = get('/gateway/acme/a').catch(() => '')
    await begun
    await listener.close(hourMs)
    expect(await running).toMatch(/done$/)
    await expect(fetch(`${url}/`)).rejects.toThrow()
  })

  it('announces the end of every kept connection once it closes', async () => {
    const running: ((answer: Response) => void)[] = []
    const { listener, port, sockets } = await start(() => new Promise((resolve) => running.push(resolve)))
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    sockets.push(socket)
    let answers = ''
    socket.on('data', (chunk: Buffer) => (answers += chunk.toString('latin1')))
    const head = 'HTTP/1.1\r\nHost: h\r\n\r\n'
    socket.write(`GET / ${head}`)
    await once(socket, 'data')
    expect(answers).toMatch(/Connection: keep-alive/)
    // Two pipelined requests: the answer of the second starts only after the first has been sent.
    socket.write(`GET /gateway/acme/a ${head}GET /gateway/acme/b ${head}`)
    while (running.length < 2) await new Promise((resolve) => setImmediate(resolve))
    answers = ''
    const closed = listener.close(60_000)
    for (const resolve of running) resolve(new Response('done'))
    await once(socket, 'close')
    await closed
    expect(answers).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*Connection: close\r\n[^]*done$/)
    expect(answers).not.toMatch(/keep-alive/i)
  })

  it('does not wait for connections without a request', async () => {
    const { listener, port, sockets } = await start(() => new Response('x'))
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    sockets.push(socket)
    await once(socket, 'connect')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await listener.close(hourMs)
    expect(listener.server.listening).toBe(false)
  })

  it('cuts off requests that run longer than the grace period', async () => {
    const { listener, get } = await start(() => new Promise<Response>(() => {}))
    const running = get('/gateway/acme/a').catch(() => '')
    await new Promise((resolve) => setTimeout(resolve, 50))
    await listener.close(200)
    expect(await running).toBe('')
  })
})
