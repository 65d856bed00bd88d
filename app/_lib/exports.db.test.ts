import { expect, test, vi } from 'vitest'
import { insertChannel, insertSeller } from '@/sandbox/testing/channel-rows-fixture'
import { insertSold } from '@/sandbox/testing/sales-fixture'

/** The routes of the exports: each answers a file of its own list, and refuses what it does not understand. */

const signedIn = vi.hoisted(() => ({ scope: undefined as unknown }))
vi.mock('@/app/_lib/session', () => ({ currentSession: async () => signedIn.scope }))

const routes = ['payments', 'payers', 'settlements', 'refunds', 'disputes', 'channels', 'transactions']
const read = async (route: string, query: string): Promise<Response> => {
  const { GET } = (await import(`../(dashboard)/${route}/export/route`)) as { GET(request: Request): Promise<Response> }
  return GET(new Request(`http://localhost/${route}/export${query}`))
}
const signIn = (merchantId: string) => {
  signedIn.scope = { address: `0x${'aa'.repeat(20)}`, merchantId, operator: false, role: 'viewer' }
}

test.each(routes)('%s: a file for members, an error for everything that it would leave out', async (route) => {
  signedIn.scope = undefined
  expect((await read(route, '')).status).toBe(401)
  signIn((await insertSeller()).merchantId)
  const csv = await read(route, '?format=csv&size=50&after=x&page=2')
  expect(csv.headers.get('content-type')).toContain('text/csv')
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="sluice-[a-z]+-[\d-]{10}\.csv"$/)
  expect((await csv.text()).split('\r\n')).toHaveLength(2)
  expect(await (await read(route, '?format=jsonl')).text()).toBe('')
  expect((await read(route, '?format=xml')).status).toBe(400)
  expect((await read(route, '?nonsense=1')).status).toBe(400)
})

test('rows of another merchant are never in it, and a filter is', async () => {
  const [one, other] = [await insertSeller(), await insertSeller()]
  await insertSold(one, { payments: 3, fromMs: Date.now() - 3_600_000, days: 0, payers: 3 })
  await insertSold(other, { payments: 5, fromMs: Date.now() - 3_600_000, days: 0, payers: 1 })
  await insertChannel(one)
  signIn(one.merchantId)
  const count = async (query: string) => (await (await read('payments', query)).text()).split('\n').length - 1
  expect(await count('?format=jsonl')).toBe(4)
  expect(await count('?format=jsonl&status=delivered')).toBe(3)
  expect(await count(`?format=jsonl&payer=0x${'2'.padStart(40, '0')}`)).toBe(1)
})
