import { describe, expect, it } from 'vitest'
import { between, oneOf, randomOf } from './random'
import { arm, type Rule } from './rule'
import { replay, type Log } from './log'

const latency = { kind: 'latency', ms: 1 } as const

/** Which of a hundred calls a rule hits. */
function hitsOf(rule: Rule, seed: string, method = 'eth_call'): number[] {
  const armed = arm(rule, seed)
  return Array.from({ length: 100 }, () => armed.hit(method)).filter((nth) => nth !== undefined)
}

describe('random numbers', () => {
  it('are the same for a seed, others for another, and spread evenly', () => {
    const draw = (seed: string) => Array.from({ length: 1_000 }, randomOf(seed))
    expect(draw('7')).toEqual(draw('7'))
    expect(draw('7')).not.toEqual(draw('8'))
    const mean = draw('7').reduce((sum, value) => sum + value, 0) / 1_000
    expect(mean).toBeGreaterThan(0.45)
    expect(mean).toBeLessThan(0.55)
  })

  it('choose within their bounds', () => {
    const random = randomOf('1')
    expect(new Set(Array.from({ length: 200 }, () => between(random, 2, 4)))).toEqual(new Set([2, 3, 4]))
    expect(() => oneOf(random, [])).toThrow(RangeError)
  })
})

describe('a rule', () => {
  it('hits every call when it says nothing else', () => {
    expect(hitsOf({ fault: latency }, '1')).toHaveLength(100)
  })

  it('looks at its methods only', () => {
    expect(hitsOf({ fault: latency, methods: ['eth_sendRawTransaction'] }, '1')).toEqual([])
  })

  it('lets some go by and stops after some', () => {
    expect(hitsOf({ fault: latency, after: 3, times: 2 }, '1')).toEqual([4, 5])
  })

  it('hits a share, always the same calls for a seed', () => {
    const rule = { fault: latency, probability: 0.2 }
    expect(hitsOf(rule, 'a')).toEqual(hitsOf(rule, 'a'))
    expect(hitsOf(rule, 'a')).not.toEqual(hitsOf(rule, 'b'))
    expect(hitsOf(rule, 'a').length).toBeGreaterThan(8)
    expect(hitsOf(rule, 'a').length).toBeLessThan(35)
  })

  it('is repeated from a log', () => {
    const rule = { fault: latency, probability: 0.2 }
    const hits = hitsOf(rule, 'a')
    const log: Log = hits.map((nth) => ({
      ...{ what: 'fault', provider: 'p1', rule: 0, nth, method: 'eth_call', kind: 'latency', atMs: 0 },
    }))
    const [again] = replay(log, 'p1', [rule])
    expect(again && hitsOf(again, 'another seed')).toEqual(hits)
  })
})
