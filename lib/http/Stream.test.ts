import { expect, it } from 'vitest'
import * as Stream from './Stream'

const decoder = new TextDecoder()

function reading(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader()
  return {
    next: async () => {
      const { value } = await reader.read()
      return value && decoder.decode(value)
    },
    cancel: () => reader.cancel(),
  }
}

/** Events that arrive on command. */
function prompted() {
  let resolve: (text: string) => void = () => undefined
  let ended = 0
  let begun = 0
  const come = () => new Promise<string>((done) => (resolve = done))
  async function* events() {
    begun++
    try {
      for (;;) yield await come()
    } finally {
      ended++
    }
  }
  return { events: events(), say: (text: string) => resolve(text), counts: () => ({ begun, ended }) }
}

it('speaks while nothing comes, between events only, and loses none', async () => {
  const { events, say } = prompted()
  const { next, cancel } = reading(Stream.ofEvents(events, { everyMs: 10 }))
  expect([await next(), await next()]).toEqual([Stream.keepAlive, Stream.keepAlive])
  say('data: 1\n\n')
  let text = await next()
  while (text === Stream.keepAlive) text = await next()
  expect(text).toBe('data: 1\n\n')
  expect(await next()).toBe(Stream.keepAlive)
  say('last')
  await cancel()
})

it('asks for an event only when the reader takes one, and ends with it', async () => {
  let made = 0
  async function* events() {
    for (; made < 3; made++) yield `data: ${made}\n\n`
  }
  const { next } = reading(Stream.ofEvents(events()))
  await new Promise((resolve) => setImmediate(resolve))
  expect(made).toBe(0)
  expect([await next(), await next(), await next(), await next()]).toEqual([
    'data: 0\n\n',
    'data: 1\n\n',
    'data: 2\n\n',
    undefined,
  ])
})

it('tells a reader that leaves before the first event from one that leaves later', async () => {
  let unread = 0
  const early = prompted()
  await Stream.ofEvents(early.events, { unread: async () => void unread++ }).cancel()
  expect([unread, early.counts().begun]).toEqual([1, 0])

  const late = prompted()
  const { next, cancel } = reading(Stream.ofEvents(late.events, { unread: async () => void unread++ }))
  const first = next()
  await new Promise((resolve) => setImmediate(resolve))
  late.say('data: 1\n\n')
  expect(await first).toBe('data: 1\n\n')
  await cancel()
  expect([unread, late.counts()]).toEqual([1, { begun: 1, ended: 1 }])
})

it('breaks off when the events do', async () => {
  async function* events(): AsyncGenerator<string> {
    yield 'data: 1\n\n'
    throw new Error('broke off')
  }
  const { next } = reading(Stream.ofEvents(events()))
  expect(await next()).toBe('data: 1\n\n')
  await expect(next()).rejects.toThrow('broke off')
})

it.each([
  [null, 'no-transform'],
  ['private, no-store', 'private, no-store, no-transform'],
  ['No-Transform, no-cache', 'No-Transform, no-cache'],
])('asks proxies to pass it on unbuffered: Cache-Control %s', (said, told) => {
  const headers = new Headers(said === null ? {} : { 'Cache-Control': said })
  Stream.letThrough(headers)
  expect([headers.get('x-accel-buffering'), headers.get('cache-control')]).toEqual(['no', told])
})
