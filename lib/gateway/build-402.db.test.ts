import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { listenFor } from '@/sandbox/testing/head-harness'
import { seed, slug } from '../../sandbox/seed/seed'

// A 402 from the template must equal a newly built one except for the agent's own texts, and must be payable.

const evmPayTo = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65'
const payTo = { 'eip155:84532': evmPayTo, 'eip155:1337': evmPayTo }
process.env.NETWORKS = JSON.stringify(
  Object.fromEntries(Object.keys(payTo).map((network) => [network, { rpcUrls: ['http://127.0.0.1:9'] }])),
)
process.env.OFFER_PRIVATE_KEY = `0x${'42'.repeat(32)}`

let ask: Awaited<ReturnType<typeof listenFor>>['ask']
let close: () => Promise<void>

beforeAll(async () => {
  await seed({
    databaseUrl: process.env.DATABASE_URL ?? '',
    upstreamUrl: 'http://127.0.0.1:9',
    payTo,
    operator: evmPayTo,
  })
  const [gateway, { closeResourceCache }, testing] = await Promise.all([
    import('@/lib/gateway'),
    import('@/lib/merchants'),
    import('@/sandbox/testing/head-harness'),
  ])
  const listening = await testing.listenFor(gateway.answer)
  ask = listening.ask
  close = async () => {
    await listening.close()
    await closeResourceCache()
  }
  // The listener's timers run; only the time of day is fixed.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
})
afterAll(() => {
  vi.useRealTimers()
  return close()
})

type Challenge = { id: string; opaque: string }
type Body = {
  challenges: Challenge[]
  paymentRequired: {
    accepts: { extra: { quote: string } }[]
    extensions?: Record<string, { info: { nonce?: string } }>
  }
}

/** The texts that belong to one agent. */
function ownOf(body: string): string[] {
  const { challenges, paymentRequired } = JSON.parse(body) as Body
  const nonce = paymentRequired?.extensions?.['sign-in-with-x']?.info.nonce
  const tokens = paymentRequired?.accepts.map(({ extra }) => extra.quote) ?? []
  const all = [...tokens, ...challenges.flatMap(({ id, opaque }) => [id, opaque]), ...(nonce ? [nonce] : [])]
  return [...new Set(all)]
}

/** An answer without the texts that belong to one agent. */
function common({ head, body }: { head: string; body: string }): string {
  const plain = head.replace(/^(payment-required: )(.*)$/im, (_, name: string, value: string) =>
    name.concat(Buffer.from(value.trim(), 'base64').toString()),
  )
  // Node's clock for the Date header is not fixed.
  const wholeAnswer = `${plain.replace(/^date: .*$/im, '')}\n${body}`
  return ownOf(body).reduce((text, own, at) => text.replaceAll(own, `#${at}`), wholeAnswer)
}

it.each(['/fortune', '/report', '/words', '/quote', '/tick', '/stream'])(
  '%s gives the second request the same 402 as the first, with its own texts',
  async (path) => {
    const target = `/gateway/${slug}${path}`
    const first = await ask('GET', target)
    const second = await ask('GET', target)
    expect([first.status, second.status]).toEqual([402, 402])
    expect(common(second)).toBe(common(first))
    const [one, other] = [ownOf(first.body), ownOf(second.body)]
    expect(one.length).toBeGreaterThan(1)
    expect(one.filter((text) => other.includes(text))).toEqual([])
  },
)

it('differs by query, body, Accept-Payment and second', async () => {
  const target = `/gateway/${slug}/fortune`
  const told = async (more: string, headers: Record<string, string> = {}) =>
    common(await ask('GET', `${target}${more}`, { headers }))
  const first = await told('')
  expect(await told('?q=rome')).not.toBe(first)
  expect(await told('', { 'accept-payment': 'evm/charge' })).not.toBe(first)
  vi.setSystemTime(Date.now() + 1_000)
  expect(await told('')).not.toBe(first)
})
