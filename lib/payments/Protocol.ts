import type { Instrument } from '@/lib/chains'
import type { Listing } from '@/lib/merchants'
import type { Caip2 } from '@/lib/money'
import type { Quote } from '@/lib/pricing'

/** An agent's request, reduced to what payment needs. */
export type AgentRequest = {
  method: string
  /** Public URL of the resource: configured origin, canonical path, query as sent. */
  url: string
  host: string
  path: string
  /** The whole path of the resource, with its `:name`s; absent if it equals `path`. */
  soldPath?: string
  /** Without "?"; "" when there is none. */
  query: string
  /** RFC 9530 Content-Digest value, `sha-256=:…:`; absent for a request without a body. */
  bodyDigest?: string
  /** The description of the resource, for x402's `resource` member. */
  description: string
  mimeType: string
  /** The seller's declarations about the call, for directories and x402's extensions. */
  declared?: Declared
  /** What is accepted besides plain transfers by plain accounts. */
  takes?: AcceptedMethods
  /** The resource has every payment settled before its work. */
  settlesFirst?: boolean
}

export type Declared = Listing.DeclaredCall

/** The sign-in (CAIP-122) that lets a wallet be known without paying, without chain and address. Times are ISO 8601. */
export type SignInRequest = {
  domain: string
  uri: string
  version: '1'
  nonce: string
  issuedAt: string
  expirationTime: string
  statement: string
  resources: readonly string[]
}

export type ProtocolHints = {
  /** The agent's Accept-Payment header. */
  acceptPayment?: string
  /** Why the x402 payment of this request was refused, in x402's words. */
  error?: string
  /** Present if wallets that signed in pay less, or nothing. */
  signIn?: SignInRequest
}

/** What a seller accepts as payment beyond the default. */
export type AcceptedMethods = {
  /** x402 by Permit2 too where the token has EIP-3009. Without EIP-3009, Permit2 is the only way and always accepted. */
  permit2?: boolean
  /** Smart accounts (ERC-1271), whose signatures only the chain can verify. */
  contracts?: boolean
  /** Also smart accounts that do not exist yet (ERC-6492), if an allowed factory deploys them. */
  deploys?: boolean
  /**
   * The only settler that payers name (`upto`), by network: a canonical address, or null if no facilitator is available now. A
   * missing network: this server.
   */
  facilitators?: Readonly<Record<string, string | null>>
}

/** What the head of a 402 leaves out: parts by name (lib/protocol-shared/Sacrifice.ts), and all but the first `ways` to pay. */
export type SacrificedParts = { has(name: string): boolean; ways: number }

type HeaderList = readonly (readonly [name: string, value: string])[]

/** One protocol's part of the 402: headers to append, members for the problem body, and the decoded form for people. */
export type Challenge = {
  /** All headers. */
  headers: HeaderList
  /** The headers without the parts that are left out where a head has no room. Pure. */
  headersWithout(given: SacrificedParts): HeaderList
  /** Everything, even if the headers had no room for it. */
  body: Record<string, unknown>
  /** The headers' content, decoded, one entry per offer: for the dashboard's preview and the paywall. */
  decoded: readonly Record<string, unknown>[]
  /**
   * The texts that differ between two 402s of the same resource, request and second, in a fixed order: those of this
   * challenge's quote, or of another one. Pure.
   */
  ownTexts(quote: Quote.Quote): readonly string[]
}

/** A credential as the agent sent it: its shape is checked, nothing is verified. */
export type Credential = {
  protocol: 'x402' | 'mpp'
  /** For people: "x402 v2", "x402 v1", "mpp evm", "mpp tempo". */
  wire: string
  /**
   * Unique key of signed, canonical values: "eip3009|{network}|{asset}|{from}|{nonce}" (lower case) or "raw|{network}|{hash}".
   * Another encoding of the same credential has the same key.
   */
  claimKey: string
  /** "mpp|{challenge id}": a second unique key if a challenge may be paid only once. */
  challengeKey?: string
  network: Caip2
  /** Lower-case token address. */
  asset: string
  /** Base units that it moves. */
  amountBase: bigint
  /** Lower-case address that it pays. */
  payTo: string
  /** The sealed quote that it returns; x402 v1 returns none. */
  quoteToken?: string
  /** The decoded credential: to store, to show, and to distinguish a repeat from a forgery. */
  decoded: Record<string, unknown>
}

/** A credential whose signature and terms were checked locally. The chain has not been read yet. */
export type Authorization = {
  scheme: 'exact' | 'upto' | 'charge'
  /** Canonical address of the payer. */
  payer: string
  /** The scheme's default moment of settlement. */
  when: 'before' | 'after'
  instrument: Instrument
  /** The accepted offer, decoded, for the dashboard. */
  challenge: Record<string, unknown>
}

/** What a receipt needs of a payment whose money moved. */
export type SettledPayment = {
  wire: string
  network: Caip2
  payer: string
  amountBase: bigint
  txHash: string
  settledAtMs: number
  decoded: Record<string, unknown>
  /** Requested public URL, from the claim and never from the credential; absent if another server sells it. */
  resourceUrl?: string
}

/**
 * What a paid protocol implements. `lib/x402` and `lib/mpp` each export one; `lib/protocols.ts` is the only file that knows
 * both. Adapters never touch the database and never send anything.
 */
export type Protocol = {
  name: 'x402' | 'mpp'
  /** The 402 of this quote. */
  challenge(quote: Quote.Quote, agentRequest: AgentRequest, hints: ProtocolHints): Challenge
  /**
   * The credential in these headers, or undefined if they carry none of this protocol.
   * @throws AppError payment-malformed | malformed-credential | method-unsupported
   */
  parse(headers: Headers): Credential | undefined
  /**
   * Checks terms, expiry and signature against the quote, without the chain.
   * @throws AppError invalid-challenge | payment-expired | verification-failed
   */
  authorize(
    credential: Credential,
    quote: Quote.Quote,
    agentRequest: AgentRequest,
    nowMs: number,
  ): Promise<Authorization>
  /** Receipt headers of a paid answer. Pure. */
  receipt(settled: SettledPayment): readonly (readonly [name: string, value: string])[]
}
