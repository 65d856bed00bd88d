import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openStore, type Change } from './store'

let dir = ''
let file = ''
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'sluice-store-'))
  file = path.join(dir, 'seller.state')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const change = (mode: Change['mode'], key: string, text = '') => ({ key, mode, value: Buffer.from(text) })
const contentOf = () => {
  const store = openStore(file)
  store.close()
  return Object.fromEntries([...store.values].map(([key, list]) => [key, list.map(String)]))
}

it('holds what was put, added and dropped, over a restart', () => {
  const store = openStore(file)
  store.commit([change('put', 'manager', 'm1'), change('put', 'monitor/a', 'whole'), change('add', 'update/a', 'u1')])
  store.commit([change('add', 'update/a', 'u2'), change('put', 'manager', 'm2')])
  store.close()
  expect(contentOf()).toEqual({ manager: ['m2'], 'monitor/a': ['whole'], 'update/a': ['u1', 'u2'] })
  const again = openStore(file)
  again.commit([change('put', 'monitor/a', 'newer'), change('drop', 'update/a')])
  again.close()
  expect(contentOf()).toEqual({ manager: ['m2'], 'monitor/a': ['newer'] })
})

it('loses a frame that was cut off anywhere, whole, and goes on behind the one before', () => {
  const store = openStore(file)
  store.commit([change('put', 'manager', 'm1'), change('put', 'invoice/x', 'open')])
  const kept = statSync(file).size
  store.commit([change('put', 'manager', 'm2'), change('put', 'invoice/x', 'settled')])
  store.close()
  const whole = readFileSync(file)
  for (let length = kept; length < whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length))
    expect(contentOf()).toEqual({ manager: ['m1'], 'invoice/x': ['open'] })
  }
  const again = openStore(file)
  again.commit([change('put', 'manager', 'm3')])
  again.close()
  expect(contentOf()).toEqual({ manager: ['m3'], 'invoice/x': ['open'] })
})

it('begins anew when it has grown long, with everything that it holds', () => {
  const store = openStore(file, 1_000)
  store.commit([change('put', 'seed', 'secret'), change('add', 'update/a', 'u1')])
  for (let round = 0; round < 100; round++) store.commit([change('put', 'manager', `m${round}`.padEnd(100))])
  store.commit([change('add', 'update/a', 'u2')])
  store.close()
  expect(statSync(file).size).toBeLessThan(2_500)
  expect(contentOf()).toEqual({ seed: ['secret'], 'update/a': ['u1', 'u2'], manager: ['m99'.padEnd(100)] })
})
