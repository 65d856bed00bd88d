import type { ListTab } from '@/components/list/tab-bar'
import { Filter, Page } from '@/lib/paging'
import { PaymentFilter } from '@/lib/payments'
import type { SavedView } from '@/lib/reports'

type Query = Record<string, string>

const without = (query: Query, names: readonly string[]): Query =>
  Object.fromEntries(Object.entries(query).filter(([name]) => !names.includes(name)))

/** What a saved view holds of an address, and what of that are filters. */
export function viewOf(query: Query): { shown: Query; filters: Query } {
  const shown = without(query, ['after', 'before', 'peek'])
  return { shown, filters: without(shown, ['size', 'sort', 'order', 'columns', 'rows']) }
}

const labels: Record<PaymentFilter.PaymentTab, string> = {
  all: 'All',
  succeeded: 'Succeeded',
  unknown: 'Unknown',
  'not-charged': 'Not charged',
  refunded: 'Refunded',
  sessions: 'Sessions',
}
const ofTabs = ['kind', 'status', 'settlement'] as const

/** The tabs with their numbers. The current one sets in the filter exactly what the address says. */
export function tabsOf(path: string, query: Query, counts: Record<PaymentFilter.PaymentTab, number>): ListTab[] {
  return (Object.keys(PaymentFilter.tabs) as PaymentFilter.PaymentTab[]).map((name) => {
    const tab: Query = { ...PaymentFilter.tabs[name] }
    const change = Object.fromEntries(ofTabs.map((part) => [part, tab[part]]))
    return {
      href: Filter.href(path, without(query, ['peek']), change),
      label: labels[name],
      count: Page.totalWords(counts[name]),
      isCurrent: ofTabs.every((part) => query[part] === tab[part]),
    }
  })
}

const textOf = (query: Query) => new URLSearchParams(Object.entries(query).toSorted()).toString()

/** The member's views as links, and the shown one as text. */
export function savedViewsOf(path: string, shown: Query, views: readonly SavedView.SavedView[]) {
  const query = textOf(shown)
  return {
    query,
    views: views.map((view) => ({
      id: view.id,
      name: view.name,
      href: view.query === '' ? path : `${path}?${view.query}`,
      isCurrent: view.query === query,
    })),
  }
}
