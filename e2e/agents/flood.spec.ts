import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'

test('the bench of floods runs', async () => {
  const size = ['--purchases', '1', '--clients', '2', '--rate', '5']
  const file = ['--demo', process.env.SLUICE_DEMO_FILE ?? '.data/demo.json']
  const { stdout } = await promisify(execFile)(process.execPath, [
    'scripts/run.mjs',
    'bench/flood.ts',
    ...size,
    ...file,
  ])
  expect(stdout).toMatch(/^\| nothing else /m)
  expect(stdout).toMatch(/^\| health .*200: /m)
  expect(stdout).not.toMatch(/purchases refused/)
})
