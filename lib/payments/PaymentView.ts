import type { NetworkLabel, TokenLabel } from '@/lib/chains'
import type { ClaimedRequest, SettlementState, PaymentStatus } from './Payment'
import type { RefundKind, RefundSource, RefundStatus } from './Refund'
import type { sessionSettlements, sessionStates } from './PaymentFilter'

/** Payments as pages show them: plain data. Amounts are decimal strings of base units; times are ISO 8601. */

/** A line of the list: a single payment, or a session with everything that was paid through its channel. */
export type PaymentLine = PaymentListRow | SessionLine

/** What the merchant's list adds: its label for the line, and its name for the payer; null if there is none. */
export type NotedLine = PaymentLine & { label: string | null; payerName: string | null }

export type PaymentListRow = Common & {
  kind: 'payment'
  status: PaymentStatus
  settlement: SettlementState
  txHash: string | null
  /** Refunds of it in total, due or paid; base units. */
  refundedBase: string
}

/** `amountBase` is what was spent so far; the id is the channel's. */
export type SessionLine = Common & {
  kind: 'session'
  status: (typeof sessionStates)[number]
  settlement: (typeof sessionSettlements)[number]
  units: string
  vouchers: string
}

type Common = {
  id: string
  createdAt: string
  wire: string
  network: NetworkLabel
  token: TokenLabel
  amountBase: string
  payer: string
  payTo: string
  /** Null if facilitated: another server sold it. */
  resource: { id: string; method: string; path: string; name: string } | null
}

export type RefundRow = {
  id: string
  paymentId: string
  createdAt: string
  paidAt: string | null
  kind: RefundKind
  source: RefundSource
  status: RefundStatus
  /** Why the refund is due. */
  reason: string
  /** Why the refund was not sent, or is not booked, at the last try. */
  heldReason: string | null
  network: NetworkLabel
  token: TokenLabel
  amountBase: string
  to: string
  /** The merchant’s wallet that pays it; null if the refund wallet does. */
  wallet: string | null
  /** "member 0x…" or "key …"; null if the engine owes it. */
  requestedBy: string | null
  txHash: string | null
  /** Block in which the transfer of the merchant’s wallet was seen. */
  blockNumber: string | null
  transactionId: string | null
}

export type PaymentDetail = PaymentListRow & {
  merchantId: string
  protocol: string
  scheme: string
  /** `upto`: the most that the payer signed for; base units. */
  authorizedBase: string | null
  when: 'before' | 'after'
  claimKey: string
  challengeKey: string | null
  quoteId: string
  quotedAt: string
  request: ClaimedRequest
  /** Decoded, with signatures and signed bytes shortened. */
  challenge: unknown
  credential: unknown
  /** Receipt headers as sent; `decoded` where the value is JSON in base64. */
  receipt: { name: string; value: string; decoded: unknown }[]
  reason: string | null
  upstreamStatus: number | null
  upstreamStartedAt: string | null
  upstreamEndedAt: string | null
  settledAt: string | null
  deliveredAt: string | null
  batchId: string | null
  /** Name of the remote facilitator that settles it; null if this server does. */
  settledBy: string | null
  transactionId: string | null
  /** The transaction that deployed the payer's account, if this payment asked for it. */
  deploymentId: string | null
  logIndex: number | null
  /** Oldest first. */
  refunds: RefundRow[]
  /** Why a member cannot refund it now; null if a member can. */
  refundObstacle: string | null
  /** The request without its payment, as a shell command. */
  curl: string
}

const longHex = /^0x[0-9a-fA-F]{67,}$/
const textMax = 600

/** JSON for people: signatures and signed bytes keep only their ends, so that no page holds a whole one. */
export function shorten(value: unknown): unknown {
  if (typeof value === 'string') {
    if (longHex.test(value)) return `${value.slice(0, 10)}…${value.slice(-8)} (${(value.length - 2) / 2} bytes)`
    return value.length > textMax ? `${value.slice(0, textMax)}… (${value.length} characters)` : value
  }
  if (Array.isArray(value)) return value.map(shorten)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shorten(item)]))
  return value
}

/** JSON inside a base64 or base64url header value; null if there is none. */
export function decodeHeader(value: string): unknown {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(value, 'base64url').toString('utf8'))
    return typeof decoded === 'object' ? decoded : null
  } catch {
    return null
  }
}

/** The request as a shell command, quoted so that no part of it can become a command. It asks for a new 402. */
export function curl(request: ClaimedRequest, origin: string): string {
  const url = `${new URL(origin).protocol}//${request.host}${request.path}${request.query ? `?${request.query}` : ''}`
  const body = request.bodyDigest ? ["--data-binary '@body.json'", "-H 'Content-Type: application/json'"] : []
  return ['curl -i', ...(request.method === 'GET' ? [] : [`-X ${quote(request.method)}`]), ...body, quote(url)].join(
    ' ',
  )
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
