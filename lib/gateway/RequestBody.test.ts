import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as RequestBody from './RequestBody'

const digestOf = (bytes: Uint8Array | string) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`

function post(body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request('http://host/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
}

function chunks(...parts: (string | Uint8Array<ArrayBuffer>)[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(typeof part === 'string' ? Buffer.from(part) : part)
      controller.close()
    },
  })
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<{ text: string; error?: unknown }> {
  let text = ''
  try {
    const reader = stream.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return { text }
      text += Buffer.from(value).toString()
    }
  } catch (error) {
    return { text, error }
  }
}

describe('RequestBody.read', () => {
  it('holds a body and computes its digest', async () => {
    const body = await RequestBody.read(post(chunks('{"a":', '1}')))
    expect(body).toMatchObject({ kind: 'bytes', digest: digestOf('{"a":1}') })
    expect(body.kind === 'bytes' && Buffer.from(body.bytes).toString()).toBe('{"a":1}')
  })

  it('returns none if there is no body', async () => {
    expect(await RequestBody.read(new Request('http://host/'))).toEqual({ kind: 'none' })
    expect(await RequestBody.read(post(null))).toEqual({ kind: 'none' })
    expect(await RequestBody.read(post(chunks()))).toEqual({ kind: 'none' })
  })

  it('accepts exactly 8 MiB and no byte more, for any length header', async () => {
    const most = new Uint8Array(RequestBody.bodyBytesMax)
    expect(await RequestBody.read(post(chunks(most)))).toMatchObject({ kind: 'bytes' })
    await expect(RequestBody.read(post(chunks(most, 'x')))).rejects.toMatchObject({
      code: 'content-too-large',
      status: 413,
    })
    await expect(
      RequestBody.read(post(chunks('x'), { 'content-length': `${RequestBody.bodyBytesMax + 1}` })),
    ).rejects.toMatchObject({
      code: 'content-too-large',
    })
  })

  it('stops reading a body that is too large', async () => {
    let emitted = 0
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        emitted += 1
        controller.enqueue(new Uint8Array(1024 * 1024))
      },
    })
    await expect(RequestBody.read(post(endless))).rejects.toMatchObject({ code: 'content-too-large' })
    expect(emitted).toBeLessThan(12)
  })

  it('checks the Content-Digest of a short body first', async () => {
    const headers = { 'content-length': '3', 'content-digest': `sha-512=:AAAA:, ${digestOf('abc')}` }
    expect(await RequestBody.read(post('abc', headers))).toMatchObject({ kind: 'bytes', digest: digestOf('abc') })
    await expect(RequestBody.read(post('abd', headers))).rejects.toMatchObject({ code: 'bad-request' })
  })

  it.each(['sha-256=abc', 'sha-256=:abc:', `${digestOf('a')}, ${digestOf('b')}`, 'sha-256=::', 'sha-256 = :x:'])(
    'refuses the Content-Digest %s',
    async (header) => {
      await expect(RequestBody.read(post('abc', { 'content-digest': header }))).rejects.toMatchObject({
        code: 'bad-request',
      })
    },
  )

  it('computes the digest if the header has no known algorithm', async () => {
    const body = await RequestBody.read(post('abc', { 'content-digest': 'sha-512=:AAAA:' }))
    expect(body).toMatchObject({ kind: 'bytes', digest: digestOf('abc') })
  })

  it('streams a body with a declared digest, and passes a matching one completely', async () => {
    const body = await RequestBody.read(post(chunks('a', 'bc', '', 'd'), { 'content-digest': digestOf('abcd') }))
    if (body.kind !== 'stream') throw new Error(body.kind)
    expect(body.digest).toBe(digestOf('abcd'))
    expect(await readAll(body.stream)).toEqual({ text: 'abcd' })
  })

  it('never emits the last chunk of a body that does not match', async () => {
    const body = await RequestBody.read(post(chunks('a', 'bc', 'X'), { 'content-digest': digestOf('abcd') }))
    if (body.kind !== 'stream') throw new Error(body.kind)
    const { text, error } = await readAll(body.stream)
    expect(error).toMatchObject({ code: 'bad-request' })
    expect('abc'.startsWith(text)).toBe(true)
  })

  it('reports a client that disconnects', async () => {
    const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.error(new Error('aborted')),
    })
    await expect(RequestBody.read(post(broken))).rejects.toMatchObject({ code: 'bad-request' })
  })
})
