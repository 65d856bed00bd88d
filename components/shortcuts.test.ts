import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { press } from './shortcuts'

const go = vi.fn<(href: string) => void>()
const targets = { go, openMenu: () => {}, showHelp: () => {} }

beforeEach(() => {
  vi.stubGlobal('localStorage', { getItem: () => null })
  vi.stubGlobal('document', { activeElement: null, querySelector: () => null })
})
afterEach(() => {
  vi.unstubAllGlobals()
  go.mockClear()
})

it('a letter is the second of a pair only after g, also right after the page was loaded', () => {
  press('k', 40, targets)
  press('r', 80, targets)
  expect(go).not.toHaveBeenCalled()
  press('g', 100, targets)
  press('r', 200, targets)
  expect(go.mock.calls).toEqual([['/resources']])
  press('p', 300, targets)
  expect(go).toHaveBeenCalledTimes(1)
})

it('a pair that takes too long is none', () => {
  press('g', 1_000, targets)
  press('r', 2_600, targets)
  expect(go).not.toHaveBeenCalled()
})
