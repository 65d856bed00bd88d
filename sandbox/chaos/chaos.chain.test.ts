import { expect, inject, it } from 'vitest'
import { runChaos, table } from './run'
import { draw, points } from './schedule'
import { providers, signers } from './world'

// The short form of `npm run chaos`, always the same one.
const seed = 4
const forMs = 20_000
const workers = 2

it('half a minute of everything that goes wrong, and a kill at every point', { timeout: 900_000 }, async () => {
  process.env.SLUICE_DEMO = '1'
  const lines: string[] = []
  const report = await runChaos({
    ...{ seed, forMs, workers, dir: inject('chainsDir'), kills: points.length },
    schedule: draw({ ...{ seed, forMs, providers, workers, signers }, kills: 7 }),
    askEveryMs: 500,
    calmMs: 180_000,
    say: (line) => void lines.push(line),
  })
  expect(report.verdict.asked).toBeGreaterThan(20)
  expect(report.kills).toBe(points.length + 7)
  expect(report.isClean, `${lines.join('\n')}\n${table(report)}`).toBe(true)
})
