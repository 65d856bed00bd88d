import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { PricePlan } from '@/lib/pricing'
import { renderPaywall, type PaywallInput } from './paywall'

const input: PaywallInput = {
  resource: { name: 'Weather', description: 'Now & here', method: 'GET', mimeType: 'application/json', pricing: null },
  quote: {
    id: 'q',
    resourceId: 'r',
    revision: 1,
    priceMicros: 10_000n,
    payouts: [
      { network: 'eip155:84532', payTo: '0x1111111111111111111111111111111111111111' },
      { network: 'eip155:1337', payTo: '0x1111111111111111111111111111111111111111' },
      { network: 'eip155:8453', payTo: '0x1111111111111111111111111111111111111111' },
    ],
    issuedAtMs: 0,
    expiresAtMs: 300_000,
  },
  decoded: [
    { x402Version: 2, network: 'eip155:84532', amount: '10000' },
    { method: 'evm', request: { methodDetails: { chainId: 84532 } } },
    { method: 'tempo', request: { methodDetails: { chainId: 1337 } } },
  ],
  url: 'http://sluice.test/gateway/acme/weather',
}

const text = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

describe('renderPaywall', () => {
  it('shows the price, the networks, the way to pay and the expiry', () => {
    const words = text(renderPaywall(input).html)
    expect(words).toContain('$0.01 per call')
    expect(words).toContain('Base Sepolia eip155:84532 0.01 USDC x402, MPP')
    expect(words).toContain('Tempo local eip155:1337 0.01 pathUSD MPP')
    expect(words).toContain('until 1970-01-01 00:05 UTC')
    expect(words).toContain('npx mppx &#39;http://sluice.test/gateway/acme/weather&#39;')
  })

  it('shows sessions, beside a charge and alone', () => {
    const session = { intent: 'session', request: { unitType: 'event', methodDetails: { chainId: 1337 } } }
    const beside = text(renderPaywall({ ...input, decoded: [...input.decoded, session] }).html)
    expect(beside).toContain('$0.01 per call')
    expect(beside).toContain('0.01 pathUSD MPP, MPP session')
    const alone = text(renderPaywall({ ...input, decoded: [session] }).html)
    expect(alone).toContain('$0.01 per event')
    expect(alone).toContain('payment.session.manager({ account, client')
    expect(alone).not.toContain('@x402/fetch')
  })

  it('shows the counted unit, and no wallet’s discount', () => {
    const pricing = { ...PricePlan.fixed(2_000n), freePerDay: 5, discounts: [{ wallet: '0xabc', percent: 50 }] }
    const metered = {
      ...input,
      resource: { ...input.resource, pricing },
      quote: { ...input.quote, metered: { scale: 1 } },
    }
    const words = text(renderPaywall(metered).html)
    expect(words).toContain('at most $0.01 per call')
    expect(words).toContain('$0.002 a call · 5 free a day (UTC) for a wallet that signs in')
    expect(words).not.toContain('0xabc')
  })

  it('names only networks that a challenge offers', () => {
    expect(renderPaywall(input).html).not.toContain('eip155:8453<')
  })

  it('allows only its own style and no script', () => {
    const { html, headers } = renderPaywall(input)
    const style = /<style>([^]*?)<\/style>/.exec(html)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers['Content-Security-Policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}'`)
    expect(headers['Content-Security-Policy']).not.toContain('unsafe')
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=/i)
  })

  it('escapes all text of merchants and agents', () => {
    const hostile = `"><img src=x onerror=alert(1)><script>'&`
    const { html } = renderPaywall({
      ...input,
      resource: { name: hostile, description: hostile, method: hostile, mimeType: hostile, pricing: null },
      decoded: [...input.decoded, { x402Version: 2, network: 'eip155:1337', hostile }],
      url: `http://sluice.test/gateway/acme/a?q=${hostile}`,
    })
    expect(html).not.toMatch(/<img|<script/)
    expect(text(html).match(/onerror=alert/g)?.length).toBeGreaterThan(4)
    expect(html).toContain('&lt;img')
  })

  it('quotes the URL for a shell', () => {
    const { html } = renderPaywall({ ...input, url: "http://h/gateway/a/b?q='$(id)'" })
    expect(html).toContain(String.raw`&#39;http://h/gateway/a/b?q=&#39;\&#39;&#39;$(id)&#39;\&#39;&#39;&#39;`)
  })
})
