import type { Address, Hex } from 'viem'
import type { Reserve } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type { Quote } from '@/lib/pricing'

/** A payer's own signed transaction that opens or tops up a channel: broadcast as it is. */
export type PayerTransaction = { from: Address; bytes: Hex; hash: Hex; expiresAtMs: number }

type Named = {
  protocol: 'mpp'
  /** Words for people: "mpp tempo session". */
  wire: string
  network: Caip2
  /** Lower-case. */
  channelId: Hex
  descriptor: Reserve.Descriptor
  challengeId: string
  /** Who pays, as the credential says (a DID); believed by nobody. */
  source: string | undefined
}

/** A voucher as it came. */
export type Voucher = { cumulativeBase: bigint; signature: Hex }

/** A channel credential as it came: shape checked, nothing believed. */
export type Credential = Named &
  (
    | ({ action: 'open'; transaction: Hex } & Voucher)
    | { action: 'topUp'; transaction: Hex; addedBase: bigint }
    | ({ action: 'voucher' } & Voucher)
    | ({ action: 'close' } & Voucher)
  )

/** What the challenge that a credential answers had asked: all of it ours, proven by its HMAC. */
export type Terms = {
  quote: Quote.Quote
  challengeId: string
  network: Caip2
  escrow: Address
  asset: Address
  payee: Address
  operator: Address
  /** Price of a unit in base units. */
  priceBase: bigint
  minDeltaBase: bigint
  /** RFC 9530 digest of the body that the price was asked for. */
  bodyDigest: string | undefined
  expiresAtMs: number
}

/** An opening that was checked without the chain: everything but whether its transaction runs. */
export type Opening = {
  channelId: Hex
  descriptor: Reserve.Descriptor
  signer: Address
  depositBase: bigint
  transaction: PayerTransaction
} & Voucher

/** What a receipt says of a channel. */
export type Receipt = {
  channelId: Hex
  challengeId: string
  acceptedBase: bigint
  spentBase: bigint
  units: bigint
  atMs: number
  /** Of the transaction that opened, topped up or closed it. */
  txHash?: Hex
}

/** A channel's state for an agent that lost its own: part of a 402 that answers one of its vouchers. */
export type Snapshot = {
  channelId: Hex
  network: Caip2
  escrow: Address
  descriptor: Reserve.Descriptor
  depositBase: bigint
  acceptedBase: bigint
  acceptedSignature: Hex
  settledBase: bigint
  spentBase: bigint
  units: bigint
  /** The least cumulative amount that would pay for the request. */
  requiredBase: bigint
}

/** What a resource asks of channels, beside its price. */
export type Offer = {
  unitType: string
  /** Units that the suggested deposit covers. */
  depositUnits: number
  minDepositMicros: bigint
  minDeltaMicros: bigint
  /** Nothing else buys it: a single charge must not buy an endless stream. */
  alone: boolean
  snapshot?: Snapshot | undefined
}

/**
 * What a protocol with channels must answer, beside `payments/Protocol`. Adapters never touch the database and never
 * send anything.
 */
export type ChannelProtocol = {
  /** The channel credential in these headers, or undefined. @throws AppError malformed-credential | method-unsupported | payment-malformed */
  parse(headers: Headers): Credential | undefined
  /**
   * The terms that a credential answers. Cheap for a challenge that was seen before.
   * @throws AppError invalid-challenge | payment-expired
   */
  terms(credential: Credential, nowMs: number): Terms
  /**
   * Checks an opening: descriptor and id, payee, token and operator, the transaction's only effect, its expiry, the first
   * voucher's signature.
   * @throws AppError verification-failed | payment-expired | session-invalid-signature | session-signer-mismatch | session-amount-exceeds-deposit
   */
  opening(credential: Extract<Credential, { action: 'open' }>, terms: Terms, nowMs: number): Opening
  /** Checks a top-up's transaction the same way. @throws AppError verification-failed | payment-expired */
  topUp(credential: Extract<Credential, { action: 'topUp' }>, terms: Terms, nowMs: number): PayerTransaction
  /** Receipt headers of a paid answer. Pure. */
  receipt(receipt: Receipt): readonly (readonly [name: string, value: string])[]
  /** Events for a metered stream of server-sent events, whole with their blank line. Pure. */
  needVoucherEvent(need: { channelId: Hex; requiredBase: bigint; acceptedBase: bigint; depositBase: bigint }): string
  receiptEvent(receipt: Receipt): string
}
