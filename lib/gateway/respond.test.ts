import { expect, it } from 'vitest'
import { paidAnswer } from './respond'

const body = () => new ReadableStream<Uint8Array>()
const paid = (headers: [string, string][], content: Uint8Array | ReadableStream<Uint8Array> = body()) => {
  const answer = paidAnswer({ id: 'p', receipt: [] }, { status: 200, headers, body: content })
  const all = new Headers(answer.headers as [string, string][])
  return [all.get('x-accel-buffering'), all.get('cache-control')]
}
const through = ['no', 'private, no-store, no-transform']
const whole = [null, 'private, no-store']

it('asks all proxies not to buffer a streamed answer', () => {
  expect(paid([['content-type', 'text/event-stream']])).toEqual(through)
  expect(
    paid([
      ['content-type', 'Text/Event-Stream; charset=utf-8'],
      ['content-length', '9'],
    ]),
  ).toEqual(through)
  expect(paid([['content-type', 'application/x-ndjson']])).toEqual(through)
  expect(paid([['content-type', 'text/plain']])).toEqual(through)
})

it('does not mark a complete answer or one with a length', () => {
  expect(paid([['content-type', 'application/json']], new Uint8Array(3))).toEqual(whole)
  expect(
    paid([
      ['content-type', 'application/zip'],
      ['content-length', '900000'],
    ]),
  ).toEqual(whole)
})
