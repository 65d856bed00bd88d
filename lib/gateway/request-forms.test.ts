import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { problemOf, start, stopAll } from '@/sandbox/testing/listener-harness'
import { Client } from '@/lib/http'
import type { RequestInfo } from './answer'

/** RFC 9112 section 3 and RFC 9110: every form of an HTTP/1 request, in bytes. */

afterEach(stopAll)

const origin = 'https://pay.example.com'
const served = /^HTTP\/1.1 200 OK/
const echo = async (request: Request, { target, remoteAddress }: RequestInfo) =>
  Response.json({ url: request.url, target, remoteAddress, body: await request.text() })
const startAt = (more: Parameters<typeof start>[2] = {}) => start(echo, {}, { origin, ...more })
const toldIn = (answer: string) => JSON.parse(answer.slice(answer.indexOf('{'))) as Record<string, string>

describe('HTTP/1.0', () => {
  it.each(['/api/health', '/', '/payments', '/api/v1/transactions', '/gateway/acme/a'])(
    'needs no Host at %s, may have one, and is answered without chunks',
    async (target) => {
      const { raw } = await startAt()
      for (const host of ['', 'Host: 10.0.0.1:3402\r\n', 'Host: pay.example.com\r\n']) {
        const answer = await raw(`GET ${target} HTTP/1.0\r\n${host}\r\n`)
        expect(answer).toMatch(served)
        expect(answer.toLowerCase()).not.toContain('transfer-encoding')
      }
    },
  )

  it('gets a stream that ends with its connection, also with keep-alive', async () => {
    const stream = () =>
      new ReadableStream<Uint8Array>({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 5))
          controller.enqueue(Buffer.from('data: 1\n\n'))
          controller.close()
        },
      })
    const { raw } = await start(() => new Response(stream(), { headers: { 'content-type': 'text/event-stream' } }))
    for (const keep of ['', 'Connection: keep-alive\r\n'])
      expect(await raw(`GET /gateway/acme/a HTTP/1.0\r\n${keep}\r\n`)).toMatch(/Connection: close\r\n\r\ndata: 1\n\n$/)
  })
})

describe('the Host of HTTP/1.1', () => {
  it.each([
    ['absent', ''],
    ['empty', 'Host: \r\n'],
    ['twice', 'Host: a\r\nHost: b\r\n'],
    ['twice the same', 'Host: a\r\nhost: a\r\n'],
    ['with a path', 'Host: a/b\r\n'],
    ['with a user', 'Host: me@a\r\n'],
    ['of two words', 'Host: a b\r\n'],
    ['of two names', 'Host: a, b\r\n'],
    ['with a port that is none', 'Host: a:b\r\n'],
  ])('is refused when it is %s', async (_, host) => {
    const { raw } = await start(() => new Response('x'))
    for (const target of ['/gateway/acme/a', '/payments', '/facilitator/discovery/resources'])
      expect(problemOf(await raw(`GET ${target} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`))).toEqual({
        status: 400,
        code: 'bad-request',
      })
  })

  it.each(['pay.example.com', 'PAY.example.com:443', '127.0.0.1:3502', '[::1]:3502', 'a_b.internal', 'h:'])(
    'may be %s: PUBLIC_URL decides our own name',
    async (host) => {
      const { raw, pages } = await startAt()
      const head = `HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\nX-Forwarded-Port: 1\r\nForwarded: host=evil.example\r\nConnection: close\r\n\r\n`
      expect(toldIn(await raw(`GET /gateway/acme/a ${head}`)).url).toBe('http://pay.example.com/gateway/acme/a')
      expect(await raw(`GET /payments ${head}`)).toMatch(served)
      const { headers } = pages[0]!
      expect([headers.host, headers['x-forwarded-host'], headers['x-forwarded-proto']]).toEqual([
        'pay.example.com',
        'pay.example.com',
        'https',
      ])
      expect([headers.forwarded, headers['x-forwarded-port']]).toEqual([undefined, undefined])
    },
  )
})

describe('the absolute form', () => {
  it('is accepted with our own origin, as proxies send it, and wins over Host', async () => {
    const { raw, pages, port } = await startAt()
    const hosts = [
      'https://pay.example.com',
      'http://pay.example.com',
      'HTTP://Pay.Example.COM:80',
      'https://pay.example.com:443',
      `http://127.0.0.1:${port}`,
    ]
    for (const host of hosts) {
      const head = 'HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n'
      const answer = await raw(`GET ${host}/gateway/acme/a%20b?x=%2F.. ${head}`)
      expect(toldIn(answer).target).toBe('/gateway/acme/a%20b?x=%2F..')
      for (const rest of ['', '?a=b', '/x?y']) expect(await raw(`GET ${host}${rest} ${head}`)).toMatch(served)
    }
    expect(pages.slice(0, 3).map(({ target }) => target)).toEqual(['/', '/?a=b', '/x?y'])
    expect(new Set(pages.map(({ headers }) => headers.host))).toEqual(new Set(['pay.example.com']))
  })

  it('keeps the checks of a path', async () => {
    const { raw } = await start(() => new Response('x'))
    const ask = (target: string) => raw(`GET http://sluice.test${target} HTTP/1.1\r\nHost: sluice.test\r\n\r\n`)
    expect(problemOf(await raw(`GET http://sluice.test/gateway/a/../b HTTP/1.0\r\n\r\n`)).status).toBe(404)
    expect(problemOf(await ask('/payments/%ff')).status).toBe(400)
    expect(problemOf(await ask(`/payments?q=${'x'.repeat(8_200)}`)).status).toBe(414)
  })

  it.each([
    ['http://evil.example/gateway/acme/a', 421, 'misdirected'],
    ['https://sluice.test.evil.example/', 421, 'misdirected'],
    ['http://sluice.test:8080/', 421, 'misdirected'],
    ['http://169.254.169.254/latest/meta-data', 421, 'misdirected'],
    ['http://sluice.test@evil.example/', 400, 'bad-request'],
    ['http:///', 400, 'bad-request'],
    ['ftp://sluice.test/', 400, 'bad-request'],
    ['sluice.test:80', 400, 'bad-request'],
    ['nonsense', 400, 'bad-request'],
  ])('is refused as %s', async (target, status, code) => {
    const { raw, pages } = await start(() => new Response('x'))
    expect(problemOf(await raw(`GET ${target} HTTP/1.1\r\nHost: sluice.test\r\n\r\n`))).toEqual({ status, code })
    expect(pages).toEqual([])
  })
})

describe('the whole server', () => {
  it.each(['OPTIONS *', 'OPTIONS http://sluice.test'])('answers %s', async (line) => {
    const { raw } = await start(() => new Response('x'))
    const answer = await raw(`${line} HTTP/1.1\r\nHost: sluice.test\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 204 No Content\r\nAllow: GET, HEAD, POST/)
  })

  it('accepts no other form, and opens no tunnel', async () => {
    const { raw } = await start(() => new Response('x'))
    expect(problemOf(await raw('GET * HTTP/1.1\r\nHost: h\r\n\r\n'))).toEqual({ status: 400, code: 'bad-request' })
    const tunnel = await raw('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n')
    expect(problemOf(tunnel)).toEqual({ status: 405, code: 'method-not-allowed' })
  })
})

describe('Expect', () => {
  const head = (path: string, more = '') => `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n${more}\r\n`

  it.each(['100-continue', '100-Continue', '100-CONTINUE'])(
    '%s gets 100 Continue once the body is read',
    async (said) => {
      const { port, sockets } = await start(echo)
      const socket = connect(port, '127.0.0.1').setEncoding('utf8')
      sockets.push(socket)
      socket.write(head('/gateway/acme/a', `Expect: ${said}\r\n`))
      const [first] = (await once(socket, 'data')) as [string]
      expect(first).toBe('HTTP/1.1 100 Continue\r\n\r\n')
      socket.write('abc')
      const [answer] = (await once(socket, 'data')) as [string]
      expect(answer).toMatch(served)
      expect(toldIn(answer).body).toBe('abc')
      // The connection can be used again.
      expect(answer).toMatch(/Connection: keep-alive/)
      socket.write('GET /gateway/acme/b HTTP/1.1\r\nHost: h\r\n\r\n')
      expect(((await once(socket, 'data')) as [string])[0]).toMatch(served)
    },
  )

  it('is answered at once if the handler ignores the body, which is then not parsed as a request', async () => {
    const { raw } = await start(() => Response.json({}, { status: 402 }))
    const expecting = (path: string) => raw(head(path, 'Expect: 100-continue\r\n'))
    for (const path of ['/gateway/acme/a', '/payments', 'http://evil.example/', '/gateway/a/../b']) {
      const answer = await expecting(path)
      expect(answer).not.toContain('100 Continue')
      expect(answer).toMatch(/^HTTP\/1.1 (402|200|421|404) /)
      expect(answer).toMatch(/Connection: close/i)
    }
  })

  it.each(['magic', '100-continue, magic', 'x-100-continue', '200-ok'])('refuses %s', async (said) => {
    const { raw } = await start(() => new Response('x'))
    const refused = { status: 417, code: 'expectation-failed' }
    expect(problemOf(await raw(head('/gateway/acme/a', `Expect: ${said}\r\n`)))).toEqual(refused)
  })

  it('has no effect in HTTP/1.0', async () => {
    const { raw } = await start(echo)
    const answer = await raw('POST /gateway/acme/a HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc')
    expect(answer).toMatch(served)
    expect(toldIn(answer).body).toBe('abc')
  })
})

it('accepts empty lines before a request, trailers after it, and pipelining', async () => {
  const { raw } = await start(echo)
  const chunked =
    'POST /gateway/acme/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n'
  const answer = await raw(`\r\n\r\n${chunked}\r\nGET /gateway/acme/b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
  expect(answer.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2)
  expect(answer.indexOf('"body":"abc"')).toBeLessThan(answer.indexOf('/gateway/acme/b'))
})

describe('the client', () => {
  const ask = (headers: string) => `GET /gateway/acme/a HTTP/1.1\r\nHost: h\r\n${headers}Connection: close\r\n\r\n`
  const said = 'X-Forwarded-For: 6.6.6.6, 203.0.113.7\r\nX-Real-IP: 6.6.6.6\r\n'

  it('is the peer, also if headers name another', async () => {
    const { raw, pages } = await startAt()
    expect(toldIn(await raw(ask(said))).remoteAddress).toBe('127.0.0.1')
    await raw(ask(said).replace('/gateway/acme/a', '/payments'))
    expect([pages[0]?.headers['x-forwarded-for'], pages[0]?.headers['x-real-ip']]).toEqual(['127.0.0.1', undefined])
  })

  it('is the address that a trusted proxy names', async () => {
    const { raw, pages } = await startAt({ isTrusted: Client.trust(['loopback']) })
    expect(toldIn(await raw(ask(said))).remoteAddress).toBe('203.0.113.7')
    await raw(ask(said).replace('/gateway/acme/a', '/payments'))
    expect(pages[0]?.headers['x-forwarded-for']).toBe('203.0.113.7')
  })
})
