import { expect, it } from 'vitest'
import * as ResourceFilter from './ResourceFilter'
import type { ResourceRow } from './list-resources'

const row = (path: string, priceMicros: bigint, paidCalls: number, revenueMicros: bigint) =>
  ({ merchantSlug: 'acme', method: 'GET', path, priceMicros, paidCalls, revenueMicros }) as ResourceRow

const rows = [row('/b', 10n, 5, 50n), row('/a', 20n, 5, 100n), row('/c', 5n, 9, 45n)]

it.each([
  [{}, '/a /b /c'],
  [{ order: 'desc' }, '/c /b /a'],
  [{ sort: 'price' }, '/a /b /c'],
  [{ sort: 'price', order: 'asc' }, '/c /b /a'],
  // Equal ones stand by path, whichever way the list goes.
  [{ sort: 'calls' }, '/c /a /b'],
  [{ sort: 'calls', order: 'asc' }, '/a /b /c'],
  [{ sort: 'revenue' }, '/a /b /c'],
] as const)('orders by %o', (filter, paths) => {
  expect(ResourceFilter.sortRows(rows, filter).map(({ path }) => path)).toEqual(paths.split(' '))
})
