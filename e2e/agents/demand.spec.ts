import { expect, test } from '@playwright/test'
import { journal, readDemo } from '../demo'

/** What an agent meets before it pays. */

const demo = readDemo()
const { fixed, post, free } = demo.resources

function decode(header: string | null): Record<string, unknown> {
  return JSON.parse(Buffer.from(header ?? '', 'base64').toString('utf8')) as Record<string, unknown>
}

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const problem = (await response.json()) as Record<string, unknown>
  expect(problem).toMatchObject({ status, code })
  expect(problem.detail).toEqual(expect.any(String))
  expect(JSON.stringify(problem)).not.toMatch(/\\n\s+at |node_modules|\.ts:\d/)
  const page = await fetch(String(problem.type))
  expect(page.status, `${String(problem.type)} is a page`).toBe(200)
}

test('one 402 answers both protocols', async () => {
  const response = await fetch(fixed)
  expect(response.status).toBe(402)
  expect(response.headers.get('cache-control')).toContain('no-store')

  const required = decode(response.headers.get('payment-required'))
  expect(required).toMatchObject({ x402Version: 2, resource: { url: fixed } })
  expect(required.accepts).toContainEqual(
    expect.objectContaining({ scheme: 'exact', network: 'eip155:84532', amount: '10000' }),
  )

  const challenges = response.headers.get('www-authenticate') ?? ''
  expect(challenges).toMatch(/Payment .*method="evm"/)
  expect(challenges).toMatch(/Payment .*method="tempo"/)
  expect(challenges).toContain(`realm="${new URL(demo.baseUrl).hostname}"`)

  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({ status: 402, code: 'payment-required', x402Version: 1 })
  expect(body.accepts).toContainEqual(
    expect.objectContaining({ scheme: 'exact', network: 'base-sepolia', maxAmountRequired: '10000' }),
  )
})

test('a browser sees what it costs', async () => {
  const response = await fetch(fixed, { headers: { accept: 'text/html,application/xhtml+xml' } })
  expect(response.status).toBe(402)
  expect(response.headers.get('content-type')).toContain('text/html')
  expect(response.headers.get('payment-required')).not.toBeNull()
  expect(await response.text()).toContain('0.01')
})

test('payment is asked before the body is looked at, and bodies are bound by digest', async () => {
  const response = await fetch(post, {
    method: 'POST',
    body: '{ not json',
    headers: { 'content-type': 'application/json' },
  })
  expect(response.status).toBe(402)
  expect(response.headers.get('www-authenticate')).toContain('digest="sha-256=:')
})

test('unpaid HEAD and OPTIONS reach nothing', async () => {
  const calls = (await journal(demo)).length
  expect((await fetch(fixed, { method: 'HEAD' })).status).toBe(402)
  expect((await fetch(fixed, { method: 'OPTIONS' })).status).toBeLessThan(300)
  expect((await fetch(fixed)).status).toBe(402)
  expect(await journal(demo)).toHaveLength(calls)
})

test('what is not sold is refused', async () => {
  await expectProblem(await fetch(fixed.replace(/[^/]+$/, 'nothing-here')), 404, 'resource-not-found')
  const undeclared = await fetch(fixed, { method: 'DELETE' })
  expect(undeclared.headers.get('allow')).toContain('GET')
  await expectProblem(undeclared, 405, 'method-not-allowed')
})

test('what is free needs no payment', async () => {
  const calls = (await journal(demo)).length
  const got = await fetch(free)
  expect(got.status).toBe(200)
  expect(await journal(demo)).toHaveLength(calls + 1)
  // HEAD answers the same, without the content.
  const head = await fetch(free, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect(head.headers.get('content-type')).toBe(got.headers.get('content-type'))
})

for (const [name, value] of [
  ['PAYMENT-SIGNATURE', 'not base64 !'],
  ['PAYMENT-SIGNATURE', Buffer.from('{"x402Version":2}').toString('base64')],
  ['X-PAYMENT', Buffer.from('[1e400]').toString('base64')],
] as const)
  test(`a broken ${name} is a 400 that says so (${value.slice(0, 12)})`, async () => {
    const calls = (await journal(demo)).length
    await expectProblem(await fetch(fixed, { headers: { [name]: value } }), 400, 'payment-malformed')
    expect(await journal(demo)).toHaveLength(calls)
  })

test('a broken MPP credential gets a fresh challenge', async () => {
  const response = await fetch(fixed, { headers: { authorization: 'Payment eyJ' } })
  expect(response.status).toBe(402)
  expect(response.headers.get('www-authenticate')).toContain('Payment ')
  expect(await response.json()).toMatchObject({ code: 'malformed-credential' })
})
