import { expect, test, vi } from 'vitest'

/** The listener and Next's bundles each have a copy of the module, and share the connections that know these names. */
test('two copies of a process never give one name to two statements', async () => {
  const names = async (texts: readonly string[]) => {
    vi.resetModules()
    const { planned, sql } = await import('./transaction')
    const strings = (text: string) => Object.assign([text], { raw: [text] })
    return Object.fromEntries(texts.map((text) => [text, planned(sql(strings(text))).name]))
  }
  const [one, other] = [await names(['SELECT 1', 'SELECT 2']), await names(['SELECT 2', 'SELECT 3', 'SELECT 1'])]
  expect(other).toMatchObject(one)
  expect(new Set(Object.values(other)).size).toBe(3)
  for (const name of Object.values(other)) expect(name?.length).toBeLessThan(64)
})
