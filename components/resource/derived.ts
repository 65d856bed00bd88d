import { Amount } from '@/lib/money'

/** What follows from the address and the price of a resource until a person types something else. */

/** The path at which an API is sold: its own path. "/" if it has none, or one that cannot be sold. */
export function pathOf(upstreamUrl: string): string {
  const path = /^https?:\/\/[^/?#]+(\/[^?#]*)/.exec(upstreamUrl.trim())?.[1]?.replace(/\/+$/, '') ?? ''
  return path === '' || path.includes('%') || path.includes('//') ? '/' : path
}

/** A name in words: the last part of the path that is no `:name`, or the host. */
export function nameOf(upstreamUrl: string): string {
  if (!URL.canParse(upstreamUrl.trim())) return ''
  const parts = pathOf(upstreamUrl)
    .split('/')
    .filter((part) => part !== '' && !part.startsWith(':'))
  const word = parts.at(-1)?.replace(/\.\w{1,5}$/, '') ?? new URL(upstreamUrl.trim()).hostname
  const words = word.replace(/[-_~]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const depositMicros = 1_000_000n
const unitsMax = 1_000_000n

/** How many units one dollar buys, at least one: what an agent is asked to put into escrow. */
export function depositUnitsOf(price: string): string {
  const micros = microsOf(price)
  if (micros === undefined || micros <= 0n) return '1000'
  const units = depositMicros / micros
  return String(units < 1n ? 1n : units > unitsMax ? unitsMax : units)
}

export function microsOf(price: string): bigint | undefined {
  try {
    return Amount.parseDollars(price)
  } catch {
    return undefined
  }
}
