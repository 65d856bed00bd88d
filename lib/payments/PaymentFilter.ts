import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { Filter } from '@/lib/paging'

/** The filters of the list of payments, as the URL holds them. */

/** `partly_refunded`: delivered, and a part of it goes back. */
export const statuses = ['authorized', 'delivered', 'voided', 'refund_due', 'refunded', 'partly_refunded'] as const
export const settlements = ['none', 'pending', 'settled', 'failed'] as const
/** States of a session, besides those of a single payment. */
export const sessionStates = ['opening', 'open', 'close_requested', 'closing', 'closed', 'failed'] as const
/** A session is paid out in parts. */
export const sessionSettlements = ['none', 'pending', 'partly', 'settled'] as const
export const wires = ['x402 v2', 'x402 v1', 'mpp evm', 'mpp tempo', 'mpp tempo session'] as const

/** Lines of the list: single payments, and sessions with everything that was bought through their channel. */
export const kinds = ['payment', 'session'] as const

/** What is selected on a page: few enough for an address. */
const idsMax = 100
const ids = z
  .string()
  .transform((text) => text.split(','))
  .pipe(
    z
      .array(z.string().regex(/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|0x[0-9a-f]{64})$/))
      .min(1)
      .max(idsMax),
  )

export const shape = {
  kind: z.enum(kinds),
  status: Filter.anyOf([...statuses, ...sessionStates]),
  settlement: Filter.anyOf([...settlements, 'partly']),
  protocol: Filter.anyOf(['x402', 'mpp']),
  wire: Filter.anyOf(wires),
  /** CAIP-2. */
  network: Filter.network,
  resource: Filter.id,
  /** Whole address or its beginning. */
  payer: Filter.addressStart,
  /** The address that is paid, whole or its beginning. */
  payTo: Filter.addressStart,
  /** Address of the token, whole or its beginning. */
  token: Filter.addressStart,
  /** The merchant's label, whole. */
  label: z.string().trim().min(1).max(40),
  /** Ids of payments and channels, separated by commas. */
  ids: ids as z.ZodType<string[], string>,
  /** Dollars. */
  min: Filter.dollars,
  max: Filter.dollars,
  /** UTC days or minutes, both included. */
  from: Filter.moment,
  to: Filter.moment,
}

/** The ids of selected payments and channels, each once. @throws AppError bad-input */
export function parseSubjects(ids: readonly string[]): string[] {
  const parsed = shape.ids.safeParse([...new Set(ids)].join(','))
  if (parsed.success) return parsed.data
  throw new AppError('bad-input', `Choose 1 to ${idsMax} payments.`)
}

export type PaymentFilter = Filter.FilterValues<typeof shape>

/** How the page draws the list; no filter. */
export const columns = ['settlement', 'resource', 'payer', 'network', 'label', 'time'] as const
export type PaymentColumn = (typeof columns)[number]

export const viewShape = {
  ...shape,
  /** By amount; without it by time. */
  sort: z.literal('amount'),
  /** Oldest or smallest first; without it newest or largest first. */
  order: z.literal('asc'),
  /** The shown columns; amount and status always are. */
  columns: Filter.anyOf(columns),
  rows: z.literal('compact'),
  /** The payment that the panel beside the list shows. */
  peek: Filter.id,
}

/** Views of the list with few words: what each sets in the filter. */
export const tabs = {
  all: {},
  succeeded: { kind: 'payment', status: 'delivered,partly_refunded' },
  unknown: { settlement: 'pending' },
  'not-charged': { status: 'voided' },
  refunded: { status: 'refund_due,refunded,partly_refunded' },
  sessions: { kind: 'session' },
} as const satisfies Record<string, Partial<Record<'kind' | 'status' | 'settlement', string>>>

export type PaymentTab = keyof typeof tabs
