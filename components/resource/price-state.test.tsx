import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { PricePlan, PricePlanDraft } from '@/lib/pricing'
import { PriceDiff } from './price-diff'
import { emptyPrice, priceOf, toPricing } from './price-state'

const policy: PricePlan.PricePlan = {
  baseMicros: 2_500n,
  unit: {
    count: { of: 'response-number', at: '/usage/total_tokens' },
    name: 'token',
    per: 1_000n,
    tiers: [
      { upTo: 10_000n, micros: 10_000n },
      { upTo: null, micros: 1n },
    ],
  },
  minMicros: 100n,
  maxMicros: 2_000_000n,
  freePerDay: 25,
  windows: [{ days: [5, 6], from: 22 * 60 + 5, to: 30, timeZone: 'Europe/Berlin', percent: 50 }],
  discounts: [{ wallet: '0x15d34aaf54267db7d7c367839aaf71a00a2c6a65', percent: 15 }],
}

describe('the fields of a price', () => {
  it('hold a policy so that saving them unchanged changes nothing', () => {
    const { price, pricing } = priceOf({ pricing: policy, priceMicros: PricePlan.listMicros(policy) })
    expect(price).toBe('0.0025')
    expect(PricePlanDraft.toPolicy(policy.baseMicros, PricePlanDraft.Schema.parse(toPricing(pricing)))).toEqual(policy)
  })

  it('are empty for a fixed price, and stay one', () => {
    const { price, pricing } = priceOf({ pricing: null, priceMicros: 10_000n })
    expect([price, pricing]).toEqual(['0.01', emptyPrice])
    expect(PricePlan.isFixed(PricePlanDraft.toPolicy(10_000n, PricePlanDraft.Schema.parse(toPricing(pricing))))).toBe(
      true,
    )
  })
})

it('two versions are told apart in words and side by side', () => {
  const after = { ...policy, baseMicros: 3_000n, minMicros: null }
  const version = (revision: number, of: PricePlan.PricePlan) => ({
    revision,
    words: PricePlan.inWords(of),
    changedBy: null,
    note: '',
    validFrom: new Date(0),
    validUntil: null,
  })
  const html = renderToStaticMarkup(
    <PriceDiff before={version(1, policy)} after={version(2, after)} changes={PricePlan.compare(policy, after)} />,
  )
  expect(html).toContain('$0.003 a call, instead of $0.0025 a call')
  expect(html).toContain('No more: at least $0.0001 a call')
  expect(html.match(/<mark/g)).toHaveLength(3)
})
