/** Keys that work on every page of the dashboard, outside of text fields. `command-menu.tsx` loads this file at the first one. */

/** After `g`: the page that the second key opens. */
export const pagesByKey = {
  o: { href: '/', label: 'Overview' },
  r: { href: '/resources', label: 'Resources' },
  p: { href: '/payments', label: 'Payments' },
  c: { href: '/channels', label: 'Channels' },
  b: { href: '/balances', label: 'Balances' },
  f: { href: '/refunds', label: 'Refunds' },
  m: { href: '/reports', label: 'Reports' },
  t: { href: '/transactions', label: 'Transactions' },
  k: { href: '/keys', label: 'API keys' },
  w: { href: '/webhooks', label: 'Webhooks' },
  l: { href: '/audit', label: 'Audit' },
  s: { href: '/settings', label: 'Settings' },
} as const satisfies Record<string, { href: string; label: string }>

export type ShortcutTargets = {
  go: (href: string) => void
  openMenu: () => void
  showHelp: () => void
}

const offKey = 'sluice-shortcuts'

/** A person may switch them off: speech input types letters. Kept in this browser. */
export function areOn(): boolean {
  return localStorage.getItem(offKey) !== 'off'
}

export function switchShortcuts(isOn: boolean): void {
  if (isOn) localStorage.removeItem(offKey)
  else localStorage.setItem(offKey, 'off')
}

/** The second key of a pair must follow the first one at once. */
const pairMs = 1_500
/** When `g` was pressed. A time of 0 would be the moment in which the page was loaded. */
let pressedAt: number | undefined

/** Does what the key says. @param nowMs of the event. */
export function press(key: string, nowMs: number, { go, openMenu, showHelp }: ShortcutTargets): void {
  const isSecond = pressedAt !== undefined && nowMs - pressedAt < pairMs
  pressedAt = undefined
  if (key === '?') return showHelp()
  if (!areOn()) return
  const page = isSecond && Object.hasOwn(pagesByKey, key) ? pagesByKey[key as keyof typeof pagesByKey] : undefined
  if (page) return go(page.href)
  if (key === 'g') pressedAt = nowMs
  else if (key === '/') search(openMenu)
  else if (key === 'j') moveRow(1)
  else if (key === 'k') moveRow(-1)
}

/** The search of the page, or the menu that finds anything. */
function search(openMenu: () => void): void {
  const input = document.querySelector<HTMLInputElement>('main input[type="search"]')
  if (!input) return openMenu()
  input.focus()
  input.select()
}

/** Focuses the link of the next or the previous row of the table that has the focus, or else of the first table. */
function moveRow(step: 1 | -1): void {
  const active = document.activeElement
  const table = active?.closest('main table') ?? document.querySelector('main table')
  const rows = [...(table?.querySelectorAll('tbody tr') ?? [])].filter((row) => row.querySelector('a[href]'))
  const at = rows.findIndex((row) => row.contains(active))
  const row = rows[at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step]
  row?.querySelector<HTMLElement>('a[href]')?.focus()
}
