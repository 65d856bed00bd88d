import { createHash } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { startUpstream, type Call, type Upstream } from './upstream'

const dir = mkdtempSync(path.join(tmpdir(), 'sluice-upstream-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
let upstream: Upstream
let journalFile = ''
let run = 0
beforeEach(async () => {
  journalFile = path.join(dir, `${++run}.jsonl`)
  upstream = await startUpstream({ journalFile })
})
afterEach(() => upstream.stop())

const ask = (at: string, init?: RequestInit) => fetch(`${upstream.baseUrl}${at}`, init)
const journal = async () => (await (await fetch(upstream.journalUrl)).json()) as Call[]

test('answers each route as its name says', async () => {
  expect((await ask('/fortune')).status).toBe(200)
  expect((await ask('/failing')).status).toBe(500)
  expect((await ask('/report')).status).toBe(200)
  expect((await ask('/status')).status).toBe(200)
  expect((await ask('/tick')).status).toBe(200)
  expect((await ask('/summarize', { method: 'POST', body: '{"text":"a b c"}' })).status).toBe(200)
  expect((await ask('/summarize', { method: 'POST', body: 'no' })).status).toBe(400)
  expect((await ask('/summarize')).status).toBe(404)
  const events = await (await ask('/stream')).text()
  expect(events.match(/^data: /gm)).toHaveLength(5)
  const echoed = (await (await ask('/echo', { headers: { 'x-key': 'value' } })).json()) as { headers: object }
  expect(echoed.headers).toMatchObject({ 'x-key': 'value' })
})

test('streams as many events as it is asked for, each when it is due', async () => {
  const startedMs = Date.now()
  const text = await (await ask('/stream?events=3&everyMs=100')).text()
  expect(text.match(/^data: /gm)).toHaveLength(3)
  expect(text).not.toContain('units:')
  expect(Date.now() - startedMs).toBeGreaterThanOrEqual(190)
  const counted = await (await ask('/stream-units?events=4&everyMs=0')).text()
  expect(counted.match(/^units: .$/gm)).toEqual(['units: 1', 'units: 2', 'units: 3', 'units: 1'])
  const slow = await ask('/stream?events=2&everyMs=60000')
  const { value } = await slow.body!.getReader().read()
  expect(Buffer.from(value!).toString()).toContain('"index":1')
})

test('streams fail as they are asked to', async () => {
  expect((await ask('/stream?fail=0')).status).toBe(500)
  const broken = await ask('/stream-units?events=9&everyMs=0&fail=2')
  expect(broken.status).toBe(200)
  await expect(broken.text()).rejects.toThrow('terminated')
})

test('the journal names every call but its own, with the digest of the body', async () => {
  await ask('/summarize?a=1&b=2', { method: 'POST', body: '{"text":"x"}' })
  await journal()
  const calls = await journal()
  expect(calls).toHaveLength(1)
  expect(calls[0]).toMatchObject({
    method: 'POST',
    path: '/summarize',
    query: 'a=1&b=2',
    bodySha256: createHash('sha256').update('{"text":"x"}').digest('hex'),
  })
})

test('the journal outlives a stop, and a last line that was cut off', async () => {
  await ask('/fortune')
  await upstream.stop()
  appendFileSync(journalFile, '{"id":"cut')
  upstream = await startUpstream({ journalFile })
  await ask('/status')
  expect((await journal()).map((call) => call.path)).toEqual(['/fortune', '/status'])
})

test('takes another port when the wished one is in use', async () => {
  const other = await startUpstream({ port: upstream.port })
  expect(other.port).not.toBe(upstream.port)
  await other.stop()
})
