import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeEgress } from '@/lib/egress'
import { env } from '@/lib/env'
import { AppError } from '@/lib/errors'
import type { Resource } from '@/lib/merchants'
import * as Upstream from './Upstream'

let handler: (request: IncomingMessage, response: ServerResponse) => void
const server = createServer((request, response) => handler(request, response))
let origin = ''

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  origin = `http://127.0.0.1:${port}`
  env.UPSTREAM_ALLOW.push(`127.0.0.1:${port}`)
})
afterAll(async () => {
  env.UPSTREAM_ALLOW.length = 0
  await closeEgress()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

function call(more: Partial<Upstream.UpstreamCall> = {}): Upstream.UpstreamCall {
  const resource = { id: 'r', upstreamUrl: `${origin}/a`, timeoutMs: 2_000, headers: [] } as unknown as Resource
  return { resource, params: {}, query: '', method: 'GET', headers: new Headers(), ...more }
}

async function refusal(sent: Promise<unknown>): Promise<AppError> {
  const error: unknown = await sent.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof AppError) return error
  throw new Error('it was not refused', { cause: error })
}

it.each([
  [429, '30', 30],
  [503, '7', 7],
  [503, new Date(Date.now() + 3_600_000).toUTCString(), 3_600],
  [429, undefined, 5],
  [503, 'soon', 5],
  [500, '9', 9],
  [413, '12', 12],
  [425, undefined, 5],
  [408, '99999999', 86_400],
])('passes the retry time on for status %i and Retry-After: %s', async (status, retryAfter, seconds) => {
  handler = (_, response) =>
    response
      .writeHead(status, {
        'content-type': 'application/json',
        ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
      })
      .end('{}')
  const error = await refusal(Upstream.send(call()))
  expect([error.code, error.status, error.retryable]).toEqual(['upstream-busy', 503, true])
  expect(error.extra.upstreamStatus).toBe(status)
  const told = Number(error.headers['Retry-After'])
  expect(told).toBe(error.extra.retryAfterSeconds)
  // A date is absolute: fewer seconds are left when the answer arrives.
  expect(told).toBeGreaterThan(seconds - 60 < 0 ? 0 : seconds - 60)
  expect(told).toBeLessThanOrEqual(seconds)
})

it('passes a 429 of a free call on, with its Retry-After', async () => {
  handler = (_, response) => response.writeHead(429, { 'retry-after': '30' }).end()
  const answer = await Upstream.send(call({ paid: false }))
  expect(answer.status).toBe(429)
  expect(answer.headers).toContainEqual(['retry-after', '30'])
  await answer.body?.cancel()
})
