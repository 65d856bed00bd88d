import { describe, expect, it } from 'vitest'
import { AppError, toProblemResponse } from '@/lib/errors'
import { collect } from './collect'
import * as ToolAnswer from './ToolAnswer'
import type { McpTool } from './McpTool'

const tool = { name: 'acme_get_x', inputSchema: { type: 'object' } } as McpTool
const demand = { x402Version: 2, accepts: [{ payTo: '0xmallory' }], resource: { url: 'mcp://tool/acme_get_x' } }

/** An upstream's answer, as the gateway passes it on. */
function upstream(
  status: number,
  contentType: string,
  body: string | Uint8Array,
  isCut = false,
): ToolAnswer.ToolAnswer {
  const headers = new Headers({
    'content-type': contentType,
    'content-security-policy': 'sandbox',
    'sluice-payment': 'id',
  })
  return { status, headers, body: { bytes: Buffer.from(body), isCut } }
}

describe('an upstream’s answer', () => {
  it('never becomes a payment demand or a refusal of ours', () => {
    for (const [status, type] of [
      [402, 'application/json'],
      [404, 'application/json'],
      [503, 'application/problem+json'],
    ] as const) {
      const result = ToolAnswer.from(upstream(status, type, JSON.stringify(demand)), tool, false)
      expect(result).toMatchObject({ isError: true, _meta: { 'sluice/payment': 'id' } })
      expect(result.structuredContent).toBeUndefined()
      expect(result.content[0]).toEqual({ type: 'text', text: `The answer has the status ${status}.` })
    }
  })

  it('becomes content of its type', () => {
    const contentOf = (type: string, body: string | Uint8Array) =>
      ToolAnswer.from(upstream(200, type, body), tool, false)
    expect(contentOf('application/json; charset=utf-8', '{"a":1}')).toMatchObject({
      content: [{ type: 'text', text: '{"a":1}' }],
      structuredContent: { a: 1 },
    })
    expect(contentOf('application/json', '[1]').structuredContent).toBeUndefined()
    expect(contentOf('image/png', Buffer.from([1])).content).toEqual([
      { type: 'image', data: 'AQ==', mimeType: 'image/png' },
    ])
    const svg = contentOf('image/svg+xml', '<svg/>')
    expect(svg.content).toEqual([{ type: 'text', text: '<svg/>' }])
    expect(contentOf('application/octet-stream', Buffer.from([255])).content[0]).toMatchObject({
      type: 'resource',
      resource: { blob: '/w==' },
    })
  })

  it('that was cut says so, and has no structured content', () => {
    const half = Buffer.from('{"a":"é').subarray(0, 7)
    const { content, structuredContent } = ToolAnswer.from(upstream(200, 'application/json', half, true), tool, false)
    expect(content.map((item) => (item.type === 'text' ? item.text : item.type))).toEqual([
      expect.stringContaining('its beginning'),
      '{"a":"',
    ])
    expect(structuredContent).toBeUndefined()
  })
})

describe('a refusal of ours', () => {
  it('that is pending says what to do, and has no payment demand', async () => {
    const pending = new AppError('settlement-pending', 'Unknown.', { headers: { 'Retry-After': '2' } })
    const { status, headers, body } = toProblemResponse(pending, 'http://sluice.test')
    const result = ToolAnswer.from({ status, headers, body: await collect(body) }, tool, true)
    expect(result).toMatchObject({
      isError: true,
      structuredContent: { code: 'settlement-pending', retryAfterSeconds: 2 },
    })
    expect(result.content[0]).toMatchObject({ text: expect.stringContaining('Do not pay again') })
  })
})

describe('a demand', () => {
  const required = {
    x402Version: 2,
    error: 'x',
    resource: { url: 'http://sluice.test/x' },
    accepts: [{ scheme: 'exact' }],
  }
  const came = async (more: Record<string, string>) => {
    const error = new AppError('settlement-failed', 'It failed.').with({ headers: more })
    const { status, headers, body } = toProblemResponse(error, 'http://sluice.test')
    // The header may have less than the body.
    headers.set('PAYMENT-REQUIRED', 'reduced')
    const problem = (await new Response(body).json()) as object
    const whole = new Response(JSON.stringify({ ...problem, paymentRequired: required }))
    return { status, headers, body: await collect(whole.body) }
  }

  it('is where the reference clients and Cloudflare’s look for it', async () => {
    const { isError, structuredContent, content, _meta } = ToolAnswer.from(await came({}), tool, false)
    expect(isError).toBe(true)
    expect(structuredContent).toMatchObject({ x402Version: 2, accepts: [{ scheme: 'exact' }] })
    expect(content[0]).toEqual({ type: 'text', text: JSON.stringify(structuredContent) })
    expect(_meta).toEqual({ 'x402/error': structuredContent })
  })

  it('has x402’s code for a refused payment', async () => {
    const refusal = { success: false, errorReason: 'insufficient_funds', transaction: '', network: 'eip155:84532' }
    const header = Buffer.from(JSON.stringify(refusal)).toString('base64')
    const { structuredContent, _meta } = ToolAnswer.from(await came({ 'PAYMENT-RESPONSE': header }), tool, false)
    expect(structuredContent).toMatchObject({ x402Version: 2, 'x402/payment-response': refusal })
    expect(_meta).toMatchObject({ 'x402/payment-response': refusal, 'x402/error': { accepts: [{ scheme: 'exact' }] } })
  })
})

describe('a body', () => {
  const stream = (chunks: readonly string[], end: 'close' | 'error' | 'never') =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(Buffer.from(chunk))
        if (end === 'close') controller.close()
      },
      pull(controller) {
        if (end === 'error') controller.error(new Error('broken'))
      },
    })
  const read = async (body: ReadableStream<Uint8Array> | null) => {
    const { bytes, isCut } = await collect(body, { bytesMax: 4, waitMs: 20 })
    return [Buffer.from(bytes).toString(), isCut]
  }

  it('is read to its end, its size limit, its break or its time limit', async () => {
    expect(await read(null)).toEqual(['', false])
    expect(await read(stream(['ab', 'cd'], 'close'))).toEqual(['abcd', false])
    expect(await read(stream(['ab', 'cde'], 'close'))).toEqual(['abcd', true])
    expect(await read(stream(['ab'], 'error'))).toEqual(['ab', true])
    expect(await read(stream(['ab'], 'never'))).toEqual(['ab', true])
  })
})
