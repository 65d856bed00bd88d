import { expect, it } from 'vitest'
import * as RpcHealth from './RpcHealth'

const well = (latencyMs = 10) => {
  const health = RpcHealth.create()
  for (let index = 0; index < 10; index++) RpcHealth.answered(health, 'read', latencyMs)
  return health
}
const fail = (health: RpcHealth.RpcHealth, nowMs: number, retryAfterMs?: number) => {
  RpcHealth.begin(health, nowMs)
  return RpcHealth.failed(health, 'read', 'no connection', nowMs, retryAfterMs)
}

it('opens at the third failure within 30 s, and lets one probe through afterwards', () => {
  const health = well()
  expect([fail(health, 1_000), fail(health, 20_000)]).toEqual([false, false])
  expect(RpcHealth.stateOf(health, 20_000)).toBe('closed')
  expect(fail(health, 30_999)).toBe(true)
  expect(RpcHealth.stateOf(health, 31_000)).toBe('open')
  expect(RpcHealth.stateOf(health, 35_999)).toBe('half-open')
  RpcHealth.begin(health, 36_000)
  // While the probe is under way the endpoint stands with the open ones.
  expect(RpcHealth.score(health, 'read', 36_000)).toBeGreaterThan(2_000)
  RpcHealth.answered(health, 'read', 10)
  expect(RpcHealth.stateOf(health, 36_000)).toBe('closed')
  // What was before the probe no longer counts.
  expect(fail(health, 36_001)).toBe(false)
})

it('forgets failures that are older', () => {
  const health = well()
  for (const nowMs of [1_000, 20_000, 31_001, 60_000]) expect(fail(health, nowMs)).toBe(false)
  expect(RpcHealth.stateOf(health, 60_000)).toBe('closed')
})

it('stays open twice as long after each failed probe, a minute at most', () => {
  const health = well()
  for (const nowMs of [0, 1, 2]) fail(health, nowMs)
  const lengths: number[] = []
  for (let probe = 0; probe < 6; probe++) {
    const nowMs = health.openUntilMs
    expect(fail(health, nowMs)).toBe(true)
    lengths.push(health.openUntilMs - nowMs)
  }
  expect(lengths).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
})

it('is not opened further by what fails while it is open', () => {
  const health = well()
  for (const nowMs of [0, 1, 2]) fail(health, nowMs)
  const untilMs = health.openUntilMs
  expect(fail(health, 100)).toBe(false)
  expect(health.openUntilMs).toBe(untilMs)
})

it('waits as long as a rate limit asks for, and counts it as no loss', () => {
  const health = well()
  expect(fail(health, 1_000, 7_000)).toBe(false)
  expect(RpcHealth.stateOf(health, 7_999)).toBe('open')
  expect(RpcHealth.stateOf(health, 8_000)).toBe('half-open')
})

it('never counts a refusal', () => {
  const health = well()
  for (let index = 0; index < 20; index++) {
    health.refusals++
    RpcHealth.answered(health, 'read', 10)
  }
  expect([health.errors, health.paces.read.errorRate, RpcHealth.stateOf(health, 0)]).toEqual([0, 0, 'closed'])
})

it('keeps the configured order unless one is clearly faster', () => {
  expect(RpcHealth.score(well(10), 'read', 0)).toBe(RpcHealth.score(well(11), 'read', 0))
  expect(RpcHealth.score(well(10), 'read', 0)).toBeLessThan(RpcHealth.score(well(30), 'read', 0))
})

it('puts the well before the lagging and the just failed, those before the open, and the liars last', () => {
  const lagging = well(1)
  lagging.lag = 4
  const stumbled = well(1)
  fail(stumbled, 9_000)
  const open = well(1)
  for (const nowMs of [9_000, 9_001, 9_002]) fail(open, nowMs)
  const lying = well(1)
  RpcHealth.distrust(lying, 'It serves chain 1.', 9_000)
  const scores = [well(4_000), stumbled, lagging, open, lying].map((health) => RpcHealth.score(health, 'read', 10_000))
  expect(scores).toEqual(scores.toSorted((one, other) => one - other))
  expect(scores.map((score) => Math.floor(score / 1_000))).toEqual([0, 1, 1, 2, 3])
})

it('believes a liar again after a minute', () => {
  const health = well()
  RpcHealth.distrust(health, 'It serves chain 1.', 1_000)
  expect(RpcHealth.stateOf(health, 60_999)).toBe('lying')
  expect(RpcHealth.stateOf(health, 61_000)).toBe('closed')
})

it('asks one last that others outran three times in a row', () => {
  const health = well()
  for (let index = 0; index < 2; index++) RpcHealth.outran(health, 'read', 30, 1_000)
  expect(RpcHealth.isWell(health, 1_000)).toBe(true)
  RpcHealth.outran(health, 'read', 30, 1_000)
  expect(RpcHealth.isWell(health, 1_000)).toBe(false)
  expect(RpcHealth.isWell(health, 4_000)).toBe(true)
  expect(health.errors).toBe(0)
})

it('knows when an answer is later than 95 in a hundred are', () => {
  const health = RpcHealth.create()
  expect(RpcHealth.lateAfterMs(health, 'read')).toBe(1_000)
  let seed = 1
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  // Sum of twelve uniform numbers: about normal, 100 ± 10.
  const latency = () => 100 + 10 * (Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, 0) - 6)
  for (let index = 0; index < 200; index++) RpcHealth.answered(health, 'read', latency())
  let late = 0
  for (let index = 0; index < 2_000; index++) {
    const latencyMs = latency()
    if (latencyMs > RpcHealth.lateAfterMs(health, 'read')) late++
    RpcHealth.answered(health, 'read', latencyMs)
  }
  expect(late / 2_000).toBeGreaterThan(0.02)
  expect(late / 2_000).toBeLessThan(0.1)
})

it('tells the kinds of calls apart', () => {
  expect(
    [
      'eth_call',
      'eth_sendRawTransaction',
      'eth_sendPrivateTransaction',
      'debug_traceCall',
      'eth_getLogs',
      'eth_chainId',
    ].map(RpcHealth.kindOf),
  ).toEqual(['read', 'send', 'send', 'heavy', 'heavy', 'read'])
})
