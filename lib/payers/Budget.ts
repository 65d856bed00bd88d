import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { Amount } from '@/lib/money'

/** Limits that the owner of a wallet sets for its own purchases here. Amounts are micro-dollars. */

export type BudgetInput = {
  /** One of the caller's wallets; absent: the first of them. */
  wallet?: string
  /** Empty: everything that is sold here. */
  resourceId: string
  /** Dollars; empty: no such limit. */
  perCall: string
  perDay: string
}

export type ParsedBudget = {
  wallet: string
  resourceId: string | null
  perCallMicros: bigint | null
  perDayMicros: bigint | null
}

/** A budget as /me shows it. Amounts are micro-dollars, as text. */
export type BudgetView = {
  id: string
  wallet: string
  /** Null: everything that is sold here. */
  resource: { id: string; seller: string; method: string; path: string; name: string } | null
  perCallMicros: string | null
  perDayMicros: string | null
  /** Of this UTC day. */
  usedMicros: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const Schema = z.object({
  wallet: z.string().max(64).optional(),
  resourceId: z.string().max(36),
  perCall: z.string().max(40),
  perDay: z.string().max(40),
})

/** @param wallets of the caller, proved. @throws AppError bad-input, which names each field. */
export function parse(wallets: readonly string[], input: unknown): ParsedBudget {
  const { data } = Schema.safeParse(input)
  if (!data) throw wrong('form', 'Reload the page and try again.')
  const wallet = data.wallet ?? wallets[0]
  if (wallet === undefined || !wallets.includes(wallet)) throw wrong('wallet', 'Choose one of your linked wallets.')
  const resourceId = data.resourceId.trim()
  if (resourceId !== '' && !uuid.test(resourceId)) throw wrong('resourceId', 'Choose one of the resources.')
  const perCallMicros = dollars('perCall', data.perCall)
  const perDayMicros = dollars('perDay', data.perDay)
  if (perCallMicros === null && perDayMicros === null)
    throw wrong('perDay', 'Set at least one limit. To end a budget, remove it.')
  return { wallet, resourceId: resourceId === '' ? null : resourceId, perCallMicros, perDayMicros }
}

function dollars(field: string, text: string): bigint | null {
  if (text.trim() === '') return null
  try {
    return Amount.parseDollars(text)
  } catch {
    throw wrong(field, 'Write dollars with at most six decimals, for example 5 or 0.25.')
  }
}

function wrong(field: string, message: string): AppError {
  return new AppError('bad-input', 'Some fields are not right yet.', { fields: [{ field, message }] })
}
