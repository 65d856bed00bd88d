import { expect, it } from 'vitest'
import { merge, type ReportedHealth } from './EndpointHealth'

const told = (some: Partial<ReportedHealth>): ReportedHealth => ({
  state: 'closed',
  latencyMs: 10,
  errorRate: 0,
  head: 100n,
  lag: 0,
  calls: 5n,
  errors: 0n,
  refusals: 0n,
  lastError: null,
  lastErrorAt: null,
  dishonest: null,
  ...some,
})

it('adds up counts, and shows the worst of the rest', () => {
  const merged = merge('rpc.example 0a1b2c', false, [
    told({ state: 'open', errors: 3n, lastError: 'old', lastErrorAt: new Date(1_000) }),
    told({ latencyMs: 40, head: 99n, lag: 1, refusals: 2n, lastError: 'new', lastErrorAt: new Date(2_000) }),
    told({ state: 'half-open', errorRate: 0.3 }),
  ])
  expect(merged).toEqual({
    host: 'rpc.example',
    digest: '0a1b2c',
    isPrivate: false,
    state: 'open',
    latencyMs: 40,
    errorRate: 0.3,
    head: '100',
    lag: 1,
    calls: '15',
    errors: '3',
    refusals: '2',
    lastError: { message: 'new', at: new Date(2_000).toISOString() },
    dishonest: null,
  })
})

it('shows a lie that one process reports, and no figures without a report', () => {
  const liar = told({ state: 'lying', dishonest: 'It serves chain 1, not 8453.' })
  expect(merge('a b', false, [told({}), liar])).toMatchObject({ state: 'lying', dishonest: liar.dishonest })
  expect(merge('a b', true, [])).toMatchObject({
    state: null,
    latencyMs: null,
    head: null,
    calls: '0',
    isPrivate: true,
  })
  expect(merge('a b', true, [told({ calls: 0n, latencyMs: 0 })])).toMatchObject({ state: null, latencyMs: null })
  const lost = told({ errors: 5n, latencyMs: 0, errorRate: 1 })
  expect(merge('a b', false, [lost])).toMatchObject({ state: 'closed', latencyMs: null, errorRate: 1 })
})
