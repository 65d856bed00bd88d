import type { Address, Hex } from 'viem'
import type { BatchSettlement, Escrow, CallMember, Reserve } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import type { Quote } from '@/lib/pricing'

/** A payer's own signed transaction that opens or tops up a channel: it is broadcast unchanged. */
export type PayerTransaction = { from: Address; bytes: Hex; hash: Hex; expiresAtMs: number }

/**
 * A deposit that the payer signed and this server submits to the contract. `hash` is its unique part, the nonce of its
 * authorization.
 */
export type SignedDeposit = { from: Address; call: CallMember; hash: Hex; expiresAtMs: number }

/** How money gets into escrow. */
export type ChannelFunding = PayerTransaction | SignedDeposit

type Named = {
  protocol: 'mpp' | 'x402'
  /** For people: "mpp tempo session", "x402 batch-settlement". */
  wire: string
  network: Caip2
  /** Lower-case. */
  channelId: Hex
  challengeId: string
  /** The payer that the credential names (a DID). Not verified. */
  source: string | undefined
  /** The sealed quote of the challenge that the credential answers. */
  quoteToken: string | undefined
}

/** A voucher as the agent sent it. */
export type Voucher = { cumulativeBase: bigint; signature: Hex }

/** A channel credential as the agent sent it: its shape is checked, nothing is verified. */
export type ChannelCredential = Named &
  (
    | ({ action: 'open'; descriptor: Reserve.ReserveDescriptor; transaction: Hex } & Voucher)
    | { action: 'topUp'; descriptor: Reserve.ReserveDescriptor; transaction: Hex; addedBase: bigint }
    | ({
        /** Opens a channel or tops it up, and pays for the request that carries it. */
        action: 'deposit'
        descriptor: BatchSettlement.ChannelConfig
        deposit: BatchSettlement.SignedEscrowDeposit
        /** The unique part of the deposit. */
        hash: Hex
        /** The expiry that the deposit states. */
        untilMs: number
      } & Voucher)
    | ({ action: 'voucher'; descriptor: Escrow.EscrowDescriptor } & Voucher)
    /** `refundBase`: how much of the unspent deposit the payer wants back. If absent: everything, which ends the channel. */
    | ({ action: 'close'; descriptor: Escrow.EscrowDescriptor; refundBase?: bigint } & Voucher)
  )

/** The terms of the challenge that a credential answers. Its HMAC proves that this server made all of them. */
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
  /** RFC 9530 digest of the body that the price was quoted for; `any` if the challenge is bound to no body. */
  bodyDigest: string | undefined | 'any'
  expiresAtMs: number
}

/** An opening that is checked except on chain: whether its transaction runs is not known yet. */
export type ChannelOpening<Descriptor extends Escrow.EscrowDescriptor = Escrow.EscrowDescriptor> = {
  channelId: Hex
  descriptor: Descriptor
  signer: Address
  depositBase: bigint
  transaction: ChannelFunding
} & Voucher

/** The content of a channel's receipt. */
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
  /** For this request alone. */
  chargedBase: bigint
  /** What the payer got back. */
  refundedBase?: bigint
  atMs: number
  /** The transaction that opened, topped up or closed the channel. */
  txHash?: Hex
}

/** The state of a channel, for an agent that lost its own: part of the 402 that answers one of its vouchers. */
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
  /** The lowest cumulative amount that would pay for the request. */
  requiredBase: bigint
}

export type HeaderPairs = readonly (readonly [name: string, value: string])[]

/** The terms of a resource's channels, besides its price. */
export type ChannelOffer = {
  unitType: string
  /** How many units the suggested deposit covers. */
  depositUnits: number
  minDepositMicros: bigint
  minDeltaMicros: bigint
  /** True if only a channel buys it: a single charge must not buy an endless stream. */
  alone: boolean
  snapshot?: ChannelSnapshot | undefined
}

/**
 * What a protocol with channels implements, besides `payments/Protocol`. Adapters never touch the database and never send
 * anything.
 */
export type ChannelProtocol = {
  /** The channel credential in these headers, or undefined. @throws AppError malformed-credential | method-unsupported | payment-malformed */
  parse(headers: globalThis.Headers): ChannelCredential | undefined
  /**
   * The terms that a credential answers. Cheap for a challenge that was seen before.
   * @param quote the content of its token; undefined if the token is not a quote of the requested resource.
   * @throws AppError invalid-challenge | payment-expired
   */
  terms(credential: ChannelCredential, quote: Quote.Quote | undefined, nowMs: number): ChannelTerms
  /**
   * Checks an opening, or a deposit, which opens or tops up: descriptor and id, payee, token and operator; that what the payer
   * signed has no other effect; its expiry; the voucher's signature. For an opening also that the deposit covers its voucher.
   * @throws AppError verification-failed | payment-expired | session-invalid-signature | session-signer-mismatch |
   *   session-amount-exceeds-deposit | method-unsupported
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
  /**
   * Events for a metered stream of server-sent events, each complete with its blank line. Pure. Only for protocols that sell
   * streams.
   */
  needVoucherEvent(need: { channelId: Hex; requiredBase: bigint; acceptedBase: bigint; depositBase: bigint }): string
  receiptEvent(receipt: ChannelReceipt): string
  /**
   * True if HEAD, and POST without a query and a body, bring a voucher and request no content: mppx's clients send them in the
   * middle of a stream. If false, every request is for content.
   */
  managesByRequest: boolean
}
