import { expect, test } from 'vitest'
import type { CatalogueEntry } from '@/lib/discovery'
import { renderShop, renderUnknownShop } from './shop-page'

const origin = 'https://sluice.example'
const entry: CatalogueEntry.CatalogueEntry = {
  merchantSlug: 'acme',
  method: 'GET',
  path: '/fortune',
  name: 'Fortune',
  description: 'One line of wisdom.',
  mimeType: 'application/json',
  isFree: false,
  price: { mode: 'fixed', amount: '0.01' },
  offers: [
    {
      protocol: 'x402',
      method: 'exact',
      intent: 'charge',
      network: 'eip155:84532',
      currency: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
      amountBase: 10_000n,
    },
    {
      protocol: 'mpp',
      method: 'evm',
      intent: 'charge',
      network: 'eip155:84532',
      currency: '0x036CbD53842c5426634e7929541eC2318f3dCF7e',
      amountBase: 10_000n,
    },
  ],
  declared: { tags: [], params: {}, identifierRequired: false },
  accessSeconds: null,
}
const words = (html: string) =>
  html
    .replace(/<style>[^]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
const shop = { slug: 'acme', name: 'Acme' }

test('lists what is on sale with its price, networks and protocols, and links to documents', () => {
  const { html } = renderShop(shop, [entry], origin)
  expect(words(html)).toContain(
    'Fortune $0.01 per call One line of wisdom. GET https://sluice.example/gateway/acme/fortune Base Sepolia 0.01 USDC x402 exact, MPP',
  )
  for (const link of [
    '/gateway/acme/openapi.json',
    '/gateway/acme/llms.txt',
    '/docs',
    `${origin}/gateway/acme/fortune`,
  ])
    expect(html).toContain(`href="${link}"`)
})

test('says bounds of a price that varies, and what is free', () => {
  expect(
    words(renderShop(shop, [{ ...entry, price: { mode: 'dynamic', min: '0.001', max: '0.02' } }], origin).html),
  ).toContain('$0.001 to $0.02 per call')
  expect(words(renderShop(shop, [{ ...entry, isFree: true, offers: [] }], origin).html)).toContain('Free')
})

test('an empty shop says so, and an unknown one too', () => {
  expect(words(renderShop(shop, [], origin).html)).toContain('Nothing is on sale at the moment.')
  expect(words(renderUnknownShop('nobody').html)).toContain('No shop here has the name “nobody”.')
})

test('has no script, and escapes the texts of merchants', () => {
  const hostile = `"><script>alert(1)</script>'&`
  const made = [
    renderShop({ slug: 'acme', name: hostile }, [{ ...entry, name: hostile, description: hostile }], origin),
    renderUnknownShop(hostile),
  ]
  for (const { html, headers } of made) {
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=/i)
    expect(headers['Content-Security-Policy']).toMatch(/^default-src 'none'.*sandbox$/)
  }
})
