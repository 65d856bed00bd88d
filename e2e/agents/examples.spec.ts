import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { balance, evm, readDemo, tempo } from '../demo'

/** The programs of examples/, each run as its first line says. */

const demo = readDemo()

/** What each prints at least, and what the merchant earns by it: base units of six decimals. */
const examples: Record<string, { prints: RegExp[]; network?: string; earnsBase?: bigint }> = {
  'pay-x402': { prints: [/^200 \{/, /success: true/], network: evm, earnsBase: 10_000n },
  'pay-mpp': { prints: [/^200 \{/, /status: 'success'/], network: tempo, earnsBase: 10_000n },
  'pay-session': { prints: [/units: 15/, /spent: '15000'/], network: tempo, earnsBase: 15_000n },
  'settle-for-express': { prints: [/^200 \{ weather/, /success: true/], network: evm, earnsBase: 10_000n },
  execute: { prints: [/^queued$/m, /^included$/m, /^final$/m, /^verified$/m] },
}

test('every example is run', () => {
  const names = readdirSync('examples').filter((name) => name.endsWith('.ts'))
  expect(names.sort()).toEqual(
    Object.keys(examples)
      .map((name) => `${name}.ts`)
      .sort(),
  )
})

for (const [name, { prints, network, earnsBase }] of Object.entries(examples))
  test(`examples/${name}.ts does what it says`, async () => {
    const earned = () => (network ? balance(demo, network, demo.merchant.payTo) : Promise.resolve(0n))
    const before = await earned()
    const run = [process.execPath, '--import', 'tsx', `examples/${name}.ts`] as const
    // Playwright asks its children for colours.
    const { stdout } = await promisify(execFile)(run[0], run.slice(1), { env: { ...process.env, FORCE_COLOR: '0' } })
    for (const line of prints) expect(stdout).toMatch(line)
    if (earnsBase !== undefined) expect((await earned()) - before).toBe(earnsBase)
  })
