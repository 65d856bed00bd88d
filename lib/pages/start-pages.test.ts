import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { problemOf, start, stopAll } from '@/sandbox/testing/listener-harness'
import { startPages, type PagesProcess, type PagesOptions } from './start-pages'

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-pages-'))
const program = path.join(folder, 'pages.mjs')
writeFileSync(
  program,
  `import { createServer } from 'node:http'
  let gone = 0
  const server = createServer((asked, answer) => {
    if (asked.url === '/die') process.exit(3)
    if (asked.url === '/gone') return answer.end(String(gone))
    if (asked.url === '/half') return answer.write('begun', () => setTimeout(() => answer.destroy(), 20))
    if (asked.url === '/hold') {
      answer.once('close', () => gone++)
      return answer.write('begun')
    }
    let body = ''
    asked.on('data', (chunk) => (body += chunk)).on('end', () => {
      const text = JSON.stringify({ pid: process.pid, method: asked.method, url: asked.url, headers: asked.headers, body })
      answer.writeHead(201, 'Made', { 'Set-Cookie': ['a=1', 'b=2'], 'Content-Length': Buffer.byteLength(text) }).end(text)
    })
  })
  server.on('upgrade', (asked, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: echo\\r\\nConnection: Upgrade\\r\\n\\r\\n')
    socket.pipe(socket)
  })
  server.listen(process.argv[2], () => process.send('ready'))
  process.on('disconnect', () => process.exit(0))`,
)

const running: PagesProcess[] = []
afterEach(async () => {
  await stopAll()
  for (const pages of running.splice(0)) await pages.stop()
})
afterAll(() => rmSync(folder, { recursive: true }))

async function open(options: Partial<PagesOptions> = {}) {
  const pages = startPages({ program, patienceMs: 60_000, ...options })
  running.push(pages)
  const rig = await start(() => new Response('sold'), {}, { otherwise: pages.serve })
  rig.listener.server.on('upgrade', pages.upgrade)
  return { ...rig, pages }
}

type Seen = { pid: number; method: string; url: string; headers: Record<string, string>; body: string }
const seen = async (response: Response) => (await response.json()) as Seen

describe('pages of another process', () => {
  it('get the request as it came through the port, and give their answer as it is', async () => {
    const { url } = await open()
    const response = await fetch(`${url}/a%20b?c=%2F`, {
      method: 'POST',
      body: 'text',
      headers: { cookie: 'x=1; y=2' },
    })
    expect([response.status, response.statusText]).toEqual([201, 'Made'])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    const { method, url: target, headers, body } = await seen(response)
    expect({ method, target, body }).toEqual({ method: 'POST', target: '/a%20b?c=%2F', body: 'text' })
    expect(headers).toMatchObject({ cookie: 'x=1; y=2', host: 'sluice.test', 'x-forwarded-for': '127.0.0.1' })
  })

  it('get a body without a length, of every method, and nothing that was about the connection', async () => {
    const { raw } = await open()
    const head =
      'DELETE /x HTTP/1.1\r\nHost: h\r\nConnection: close, x-own\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n'
    const answer = await raw(`${head}4\r\ntext\r\n0\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 201 Made\r\n/)
    expect(answer).toContain('"body":"text"')
    expect(answer).not.toMatch(/"te":|keep-alive: /i)
  })

  it('answer HEAD with the length and no body', async () => {
    const { raw } = await open()
    const answer = await raw('HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    expect(answer).toMatch(/\r\ncontent-length: [1-9]\d+\r\n/i)
    expect(answer).toMatch(/\r\n\r\n$/)
  })

  it('break off towards the client what they break off', async () => {
    const { url } = await open()
    const response = await fetch(`${url}/half`)
    await expect(response.text()).rejects.toThrow()
  })

  it('hear of it when the client goes away', async () => {
    const { url } = await open()
    const leave = new AbortController()
    const response = await fetch(`${url}/hold`, { signal: leave.signal })
    await response.body?.getReader().read()
    leave.abort()
    await expect.poll(async () => (await fetch(`${url}/gone`)).text()).toBe('1')
  })

  it('die without a sale noticing, are away meanwhile, and come back', async () => {
    const { url, get } = await open({ patienceMs: 0 })
    await expect.poll(async () => (await fetch(url)).status).toBe(201)
    const { pid } = await seen(await fetch(url))
    const last = await get('/die')
    expect(problemOf(last)).toEqual({ status: 503, code: 'pages-unavailable' })
    const away = await get('/')
    expect(problemOf(away)).toEqual({ status: 503, code: 'pages-unavailable' })
    expect(away).toMatch(/\r\nretry-after: 2\r\n/i)
    expect(await get('/gateway/acme/a')).toMatch(/sold$/)
    await expect.poll(async () => (await fetch(url)).status).toBe(201)
    expect((await seen(await fetch(url))).pid).not.toBe(pid)
  })

  it('are away until they are built', async () => {
    let isBuilt = false
    const { url, get } = await open({ isBuilt: () => isBuilt })
    const away = await get('/')
    expect(problemOf(away)).toEqual({ status: 503, code: 'pages-unavailable' })
    expect(away).toContain('being built')
    isBuilt = true
    await expect.poll(async () => (await fetch(url)).status).toBe(201)
  })

  it('end when they are stopped', async () => {
    const { url, pages } = await open()
    const { pid } = await seen(await fetch(url))
    await pages.stop()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  })

  it('take a connection over that stops being HTTP', async () => {
    const { url, port } = await open()
    await fetch(url)
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /_next/x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
    const [head] = (await once(socket, 'data')) as [Buffer]
    expect(String(head)).toMatch(/^HTTP\/1\.1 101 /)
    socket.write('ping')
    const [echo] = (await once(socket, 'data')) as [Buffer]
    expect(String(echo)).toBe('ping')
    socket.destroy()
  })

  it('are waited for while they start', async () => {
    const { port } = await open()
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      request({ port, path: '/' }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end()
    })
    expect(answer).toBe(201)
  })
})
