import type { Address, Hex } from 'viem'
import type { BatchSettlement, Escrow, CallMember, Reserve } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type { Quote } from '@/lib/pricing'

/** A payer's own signed transaction that opens or tops up a channel: broadcast as it is. */
export type PayerTransaction = { from: Address; bytes: Hex; hash: Hex; expiresAtMs: number }

/** A deposit that the payer signed and we show the contract: `hash` is what is unique about it, its authorization's nonce. */
export type SignedDeposit = { from: Address; call: CallMember; hash: Hex; expiresAtMs: number }

/** How money gets into escrow. */
export type ChannelFunding = PayerTransaction | SignedDeposit

type Named = {
  protocol: 'mpp' | 'x402'
  /** Words for people: "mpp tempo session", "x402 batch-settlement". */
  wire: string
  network: Caip2
  /** Lower-case. */
  channelId: Hex
  challengeId: string
  /** Who pays, as the credential says (a DID); believed by nobody. */
  source: string | undefined
  /** The sealed quote of the challenge that it answers. */
  quoteToken: string | undefined
}

/** A voucher as it came. */
export type Voucher = { cumulativeBase: bigint; signature: Hex }

/** A channel credential as it came: shape checked, nothing believed. */
export type ChannelCredential = Named &
  (
    | ({ action: 'open'; descriptor: Reserve.ReserveDescriptor; transaction: Hex } & Voucher)
    | { action: 'topUp'; descriptor: Reserve.ReserveDescriptor; transaction: Hex; addedBase: bigint }
    | ({
        /** Fills a channel, whether it is there or not, and pays for the request that it comes with. */
        action: 'deposit'
        descriptor: BatchSettlement.ChannelConfig
        deposit: BatchSettlement.SignedEscrowDeposit
        /** What is unique about the deposit. */
        hash: Hex
        /** Until when it could be taken, by what it says itself. */
        untilMs: number
      } & Voucher)
    | ({ action: 'voucher'; descriptor: Escrow.EscrowDescriptor } & Voucher)
    /** `refundBase`: what the payer wants back of what is not spent; everything when absent, which ends the channel. */
    | ({ action: 'close'; descriptor: Escrow.EscrowDescriptor; refundBase?: bigint } & Voucher)
  )

/** What the challenge that a credential answers had asked: all of it ours, proven by its HMAC. */
export type ChannelTerms = {
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
  /** RFC 9530 digest of the body that the price was asked for; `any` where the challenge is bound to no body. */
  bodyDigest: string | undefined | 'any'
  expiresAtMs: number
}

/** An opening that was checked without the chain: everything but whether its transaction runs. */
export type ChannelOpening<Descriptor extends Escrow.EscrowDescriptor = Escrow.EscrowDescriptor> = {
  channelId: Hex
  descriptor: Descriptor
  signer: Address
  depositBase: bigint
  transaction: ChannelFunding
} & Voucher

/** What a receipt says of a channel. */
export type ChannelReceipt = {
  channelId: Hex
  challengeId: string
  network: Caip2
  payer: Address
  acceptedBase: bigint
  spentBase: bigint
  depositBase: bigint
  settledBase: bigint
  units: bigint
  /** By this request alone. */
  chargedBase: bigint
  /** What went back to the payer by it. */
  refundedBase?: bigint
  atMs: number
  /** Of the transaction that opened, topped up or closed it. */
  txHash?: Hex
}

/** A channel's state for an agent that lost its own: part of a 402 that answers one of its vouchers. */
export type ChannelSnapshot = {
  channelId: Hex
  network: Caip2
  escrow: Address
  descriptor: Escrow.EscrowDescriptor
  depositBase: bigint
  acceptedBase: bigint
  /** Absent before the first voucher. */
  acceptedSignature: Hex | undefined
  settledBase: bigint
  spentBase: bigint
  units: bigint
  /** The least cumulative amount that would pay for the request. */
  requiredBase: bigint
}

export type HeaderPairs = readonly (readonly [name: string, value: string])[]

/** What a resource asks of channels, beside its price. */
export type ChannelOffer = {
  unitType: string
  /** Units that the suggested deposit covers. */
  depositUnits: number
  minDepositMicros: bigint
  minDeltaMicros: bigint
  /** Nothing else buys it: a single charge must not buy an endless stream. */
  alone: boolean
  snapshot?: ChannelSnapshot | undefined
}

/**
 * What a protocol with channels must answer, beside `payments/Protocol`. Adapters never touch the database and never
 * send anything.
 */
export type ChannelProtocol = {
  /** The channel credential in these headers, or undefined. @throws AppError malformed-credential | method-unsupported | payment-malformed */
  parse(headers: globalThis.Headers): ChannelCredential | undefined
  /**
   * The terms that a credential answers. Cheap for a challenge that was seen before.
   * @param quote what its token holds; undefined where that is none of the resource that is asked for.
   * @throws AppError invalid-challenge | payment-expired
   */
  terms(credential: ChannelCredential, quote: Quote.Quote | undefined, nowMs: number): ChannelTerms
  /**
   * Checks an opening, or a deposit whether it opens or tops up: descriptor and id, payee, token and operator, the only effect of
   * what the payer signed, its expiry, the voucher's signature; of an opening also that the deposit covers its voucher.
   * @throws AppError verification-failed | payment-expired | session-invalid-signature | session-signer-mismatch |
   * session-amount-exceeds-deposit | method-unsupported
   */
  opening(
    credential: Extract<ChannelCredential, { action: 'open' | 'deposit' }>,
    terms: ChannelTerms,
    nowMs: number,
  ): ChannelOpening
  /** Checks a top-up's transaction the same way. @throws AppError verification-failed | payment-expired */
  topUp(
    credential: Extract<ChannelCredential, { action: 'topUp' }>,
    terms: ChannelTerms,
    nowMs: number,
  ): PayerTransaction
  /** Receipt headers of a paid answer. Pure. */
  receipt(receipt: ChannelReceipt): HeaderPairs
  /** Events for a metered stream of server-sent events, whole with their blank line. Pure. Only where streams are sold by it. */
  needVoucherEvent(need: { channelId: Hex; requiredBase: bigint; acceptedBase: bigint; depositBase: bigint }): string
  receiptEvent(receipt: ChannelReceipt): string
  /**
   * HEAD, and POST without a query and a body, bring a voucher and ask for no content, as mppx's clients send them in the middle of
   * a stream. Else every request is for content.
   */
  managesByRequest: boolean
}
