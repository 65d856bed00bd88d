import { describe, expect, it } from 'vitest'
import * as Sse from './Sse'

async function* bytes(...chunks: string[]) {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk)
}

async function readAll(...chunks: string[]): Promise<Sse.SseEvent[]> {
  const events: Sse.SseEvent[] = []
  for await (const event of Sse.read(bytes(...chunks))) events.push(event)
  return events
}

describe('events of an upstream', () => {
  it('are split at blank lines, for every chunking and every line ending', async () => {
    const text = 'data: one\r\n\r\nevent: two\r\ndata: 2\r\ndata: 3\r\n\r\n'
    const expected = [
      { text: 'data: one\n', hasData: true, units: undefined },
      { text: 'event: two\ndata: 2\ndata: 3\n', hasData: true, units: undefined },
    ]
    expect(await readAll(text)).toEqual(expected)
    for (let cut = 1; cut < text.length; cut++)
      expect(await readAll(text.slice(0, cut), text.slice(cut))).toEqual(expected)
    expect(await readAll(...text)).toEqual(expected)
    expect(await readAll(text.replaceAll('\r\n', '\r'))).toEqual(expected)
  })

  it('cost nothing without data', async () => {
    expect(await readAll(': keep-alive\n\nretry: 1000\n\n')).toMatchObject([{ hasData: false }, { hasData: false }])
  })

  it('may carry their units, which the agent does not see', async () => {
    expect(await readAll('data: x\nunits: 12\n\nunits: 3\n\n')).toEqual([
      { text: 'data: x\n', hasData: true, units: 12n },
      { text: '', hasData: false, units: 3n },
    ])
  })

  it('cannot use the gateway’s event names', async () => {
    expect(await readAll('event: payment-need-voucher\ndata: {}\n\n')).toEqual([
      { text: 'data: {}\n', hasData: true, units: undefined },
    ])
  })

  it('are ignored if incomplete', async () => {
    expect(await readAll('data: one\n\ndata: tw')).toHaveLength(1)
  })

  it('are refused if too long', async () => {
    await expect(readAll('data: x'.repeat(Sse.eventBytesMax / 4))).rejects.toThrow(RangeError)
  })

  it('keep characters that are split between chunks', async () => {
    const whole = new TextEncoder().encode('data: ⚡\n\n')
    const events: Sse.SseEvent[] = []
    const cut = (async function* () {
      yield whole.slice(0, 7)
      yield whole.slice(7)
    })()
    for await (const event of Sse.read(cut)) events.push(event)
    expect(events[0]?.text).toBe('data: ⚡\n')
  })
})
