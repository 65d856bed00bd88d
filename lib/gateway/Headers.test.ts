import { describe, expect, it } from 'vitest'
import { forAgent, forUpstream } from './Headers'

describe('forUpstream', () => {
  it('keeps what the upstream needs, and drops headers of the payment, the connection and the person', () => {
    const headers = new Headers({
      accept: 'text/event-stream',
      'content-type': 'application/json',
      'user-agent': 'agent/1',
      'x-api-version': '2',
      range: 'bytes=0-1',
    })
    const dropped = {
      authorization: 'Payment eyJ',
      cookie: 'session=1',
      host: 'sluice.test',
      connection: 'close, X-Secret-Hop',
      'x-secret-hop': '1',
      te: 'trailers',
      'proxy-authorization': 'Basic x',
      'transfer-encoding': 'chunked',
      upgrade: 'websocket',
      'keep-alive': 'timeout=5',
      'content-length': '3',
      expect: '100-continue',
      'payment-signature': 'a',
      'x-payment': 'b',
      'payment-authorization': 'c',
      'payment-required': 'd',
      'payment-response': 'e',
      'x-payment-response': 'f',
      'payment-receipt': 'g',
      'settlement-overrides': 'h',
      'sign-in-with-x': 'i',
      'accept-payment': 'j',
      'sluice-payment': 'k',
      forwarded: 'for=1.2.3.4',
      'x-forwarded-for': '1.2.3.4',
      'x-forwarded-host': 'h',
      'x-real-ip': '1.2.3.4',
      'cf-connecting-ip': '1.2.3.4',
      via: '1.1 x',
      'x-http-method-override': 'DELETE',
      'x-original-url': '/admin',
      'if-none-match': '"a"',
    }
    for (const [name, value] of Object.entries(dropped)) headers.set(name, value)
    expect(Object.fromEntries(forUpstream(headers, true))).toEqual({
      accept: 'text/event-stream',
      'content-type': 'application/json',
      range: 'bytes=0-1',
      'user-agent': 'agent/1',
      'x-api-version': '2',
    })
  })

  const special = [
    'x-api-key',
    'authorization',
    'content-length',
    'transfer-encoding',
    'x-payment',
    'payment-signature',
  ]
  it.each([
    ...special,
    'x-forwarded-for',
    'x-real-ip',
    'connection',
    'sluice-payment',
    'x-secret-hop',
    'if-none-match',
  ])('drops what stacks like CGI read as %s', (name) => {
    const twins = ['_', '.', '!', '~', "'"].map((char) => name.replaceAll('-', char)).filter((twin) => twin !== name)
    for (const twin of [...twins, name.replace('-', '_'), name.toUpperCase().replaceAll('-', '_')]) {
      const headers = new Headers({ [twin]: 'Payment evil', connection: 'x-secret-hop' })
      expect(forUpstream(headers, true, ['x-api-key'])).toEqual([])
    }
  })

  it('drops the underscore spelling of an injected header', () => {
    const headers = new Headers({ 'x-api-key': 'evil', x_api_key: 'evil', x_other: 'kept' })
    expect(forUpstream(headers, true, ['x_api_key'])).toEqual([['x_other', 'kept']])
  })

  it.each(['Payment abc', 'payment abc', 'Bearer x, Payment abc', 'Payment', 'Bearer x,payment abc'])(
    'drops Authorization: %s',
    (authorization) => expect(forUpstream(new Headers({ authorization }), true)).toEqual([]),
  )

  it('keeps an Authorization for the upstream, and the conditional headers of a free call', () => {
    const headers = new Headers({ authorization: 'Bearer Payment', 'if-none-match': '"a"' })
    expect(forUpstream(headers, false).map(([name]) => name)).toEqual(['authorization', 'if-none-match'])
  })
})

describe('forAgent', () => {
  const raw: [string, string][] = [
    ['Content-Type', 'text/html'],
    ['Content-Encoding', 'gzip'],
    ['Content-Length', '3'],
    ['X-Total', '1'],
    ['X-Total', '2'],
    ['Connection', 'keep-alive, X-Hop'],
    ['X-Hop', '1'],
    ['Transfer-Encoding', 'chunked'],
    ['Set-Cookie', 'a=1'],
    ['WWW-Authenticate', 'Payment id="x"'],
    ['PAYMENT-REQUIRED', 'x'],
    ['PAYMENT-RESPONSE', 'forged'],
    ['X-PAYMENT-RESPONSE', 'forged'],
    ['Payment-Receipt', 'forged'],
    ['Settlement-Overrides', '0'],
    ['Sluice-Payment', 'forged'],
    ['Cache-Control', 'public, max-age=3600'],
    ['Expires', 'tomorrow'],
    ['Age', '3'],
    ['ETag', '"a"'],
    ['CDN-Cache-Control', 'public'],
    ['Clear-Site-Data', '"*"'],
    ['Content-Security-Policy', "script-src 'unsafe-inline'"],
    ['Access-Control-Allow-Origin', '*'],
    ['X-Accel-Redirect', '/etc/passwd'],
    ['Server', 'x'],
  ]

  it('drops headers that speak in our name, set cookies, or cache a paid answer', () => {
    expect(forAgent(raw, true)).toEqual([
      ['content-type', 'text/html'],
      ['content-encoding', 'gzip'],
      ['content-length', '3'],
      ['x-total', '1'],
      ['x-total', '2'],
      ['content-security-policy', "sandbox; default-src 'none'; frame-ancestors 'none'"],
      ['x-content-type-options', 'nosniff'],
    ])
  })

  it('keeps the cache headers of a free answer', () => {
    const names = forAgent(raw, false).map(([name]) => name)
    expect(names).toEqual(expect.arrayContaining(['cache-control', 'etag', 'expires', 'age']))
    expect(names).not.toContain('set-cookie')
  })
})
