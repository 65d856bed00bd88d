import { z } from 'zod'
import type { Filter } from '@/lib/paging'

/** The search and the order of the list of resources, as the URL holds them. Pure. */

export const sorts = ['path', 'price', 'calls', 'revenue'] as const
export type ResourceSort = (typeof sorts)[number]

export const shape = {
  /** A part of a name or a path. */
  q: z.string().trim().min(1).max(120),
  status: z.enum(['draft', 'live', 'paused']),
  sort: z.enum(sorts),
  order: z.enum(['asc', 'desc']),
  archived: z.literal('1'),
}

export type ResourceFilter = Filter.FilterValues<typeof shape>

type SortableRow = {
  merchantSlug: string
  path: string
  method: string
  priceMicros: bigint
  paidCalls: number
  revenueMicros: bigint
}

/** By path from A, by numbers from the largest, unless the order is given. */
export function isAscending({ sort = 'path', order }: Pick<ResourceFilter, 'sort' | 'order'>): boolean {
  return order === undefined ? sort === 'path' : order === 'asc'
}

/** The rows in the order of the filter; equal ones by path. */
export function sortRows<Row extends SortableRow>(
  rows: readonly Row[],
  filter: Pick<ResourceFilter, 'sort' | 'order'>,
): Row[] {
  const sign = isAscending(filter) ? 1 : -1
  return rows.toSorted((one, other) => sign * compare(one, other, filter.sort ?? 'path') || byPath(one, other))
}

function compare(one: SortableRow, other: SortableRow, sort: ResourceSort): number {
  if (sort === 'path') return byPath(one, other)
  if (sort === 'calls') return one.paidCalls - other.paidCalls
  const [a, b] = sort === 'price' ? [one.priceMicros, other.priceMicros] : [one.revenueMicros, other.revenueMicros]
  return a < b ? -1 : a > b ? 1 : 0
}

const keyOf = ({ merchantSlug, path, method }: SortableRow) => `${merchantSlug} ${path} ${method}`

function byPath(one: SortableRow, other: SortableRow): number {
  return keyOf(one) < keyOf(other) ? -1 : keyOf(one) > keyOf(other) ? 1 : 0
}
