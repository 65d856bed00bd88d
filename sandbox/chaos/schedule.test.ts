import { describe, expect, it } from 'vitest'
import { draw, drop, points, type Bounds } from './schedule'

const bounds: Bounds = { seed: 1, forMs: 600_000, providers: 3, workers: 3, signers: 3, kills: 40 }

describe('a schedule', () => {
  it('is the same for a seed, and another for another', () => {
    expect(draw(bounds)).toEqual(draw(bounds))
    expect(draw(bounds)).not.toEqual(draw({ ...bounds, seed: 2 }))
  })

  it('holds every kind of trouble, in the order of time', () => {
    const schedule = draw(bounds)
    const kinds = new Set(schedule.map(({ trouble }) => trouble.kind))
    const faults = ['provider', 'lie', 'lost-replies', 'spike', 'drop', 'reorg', 'sleep', 'kill', 'foreign', 'top-up']
    expect(kinds).toEqual(new Set(faults))
    const times = schedule.map(({ atMs }) => atMs)
    expect(times).toEqual([...times].sort((one, other) => one - other))
  })

  it('has one provider that ever lies, reorganisations of three blocks, and sleeps of a minute', () => {
    const troubles = draw(bounds).map(({ trouble }) => trouble)
    const isForged = troubles.filter((trouble) => trouble.kind === 'provider' && trouble.rule.fault.kind === 'forged')
    expect(isForged).toEqual([])
    expect(troubles).toContainEqual({ kind: 'reorg', depth: 3 })
    expect(troubles.some((trouble) => trouble.kind === 'sleep' && trouble.forMs === 60_000)).toBe(true)
  })

  it('kills at every point', () => {
    const at = draw(bounds).flatMap(({ trouble }) => (trouble.kind === 'kill' ? [trouble.at] : []))
    expect(at).toHaveLength(40)
    expect(new Set(at)).toEqual(new Set(points))
  })

  it('can be narrowed down', () => {
    const schedule = draw(bounds)
    expect(drop(schedule, [0, 3]).map(({ number }) => number)).toEqual(
      schedule.map(({ number }) => number).filter((number) => number !== 0 && number !== 3),
    )
  })
})
