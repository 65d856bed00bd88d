import type { Instrument } from '@/lib/chains'
import type { Listing } from '@/lib/merchants'
import type { Caip2 } from '@/lib/money'
import type { Quote } from '@/lib/pricing'

/** What an agent asks for, reduced to what payment cares about. */
export type AgentRequest = {
  method: string
  /** Public URL of the resource: configured origin, canonical path, query as sent. */
  url: string
  host: string
  path: string
  /** The whole path as it is sold, `:name`s and all; absent where it is `path`. */
  soldPath?: string
  /** Without "?"; "" when there is none. */
  query: string
  /** RFC 9530 Content-Digest value, `sha-256=:…:`; absent for a request without a body. */
  bodyDigest?: string
  /** The resource in words, for x402's `resource` member. */
  description: string
  mimeType: string
  /** What the seller declares about the call, for directories and for x402's extensions. */
  declared?: Declared
  /** What is taken beside plain transfers by plain accounts. */
  takes?: AcceptedMethods
}

export type Declared = Listing.DeclaredCall

/** What a wallet is asked to sign so that it is known without paying (CAIP-122), but for chain and address. Times are ISO 8601. */
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
  /** Why the x402 payment that came along was refused, in x402's words. */
  error?: string
  /** Present where wallets that are known need not pay, or pay less. */
  signIn?: SignInRequest
}

/** What a seller takes as payment beyond the default. */
export type AcceptedMethods = {
  /** x402 by Permit2 too, where the token has EIP-3009; where it has not, Permit2 is the only way and always taken. */
  permit2?: boolean
  /** Smart accounts (ERC-1271), whose signatures only the chain can judge. */
  contracts?: boolean
  /** Of those, accounts that do not exist yet (ERC-6492), where an allowed factory makes them. */
  deploys?: boolean
  /**
   * Whom payers name as the only one who may settle (`upto`), by network: canonical addresses, null where nobody can be asked
   * now. Networks that are left out: this server.
   */
  facilitators?: Readonly<Record<string, string | null>>
}

/** What the head of a 402 does without: parts by their names (lib/protocol-shared/Sacrifice.ts), and all but the first `ways` to pay. */
export type SacrificedParts = { has(name: string): boolean; ways: number }

type HeaderList = readonly (readonly [name: string, value: string])[]

/** The 402 of one protocol: headers to append, members for the problem body, and the decoded form for people. */
export type Challenge = {
  /** The whole of them. */
  headers: HeaderList
  /** The same without what is given up where a head has no room. Pure. */
  headersWithout(given: SacrificedParts): HeaderList
  /** Everything, whatever the headers had room for. */
  body: Record<string, unknown>
  /** What the headers say, decoded, one entry per offer: for the dashboard's preview and the paywall. */
  decoded: readonly Record<string, unknown>[]
  /**
   * The texts in it that belong to one quote alone, in a fixed order: nothing else differs in the 402s of two quotes that were made
   * of one resource, for one request, in one second. Of this challenge's quote, or of another such one. Pure.
   */
  ownTexts(quote: Quote.Quote): readonly string[]
}

/** A credential as it came: shape checked, nothing believed. */
export type Credential = {
  protocol: 'x402' | 'mpp'
  /** Words for people: "x402 v2", "x402 v1", "mpp evm", "mpp tempo". */
  wire: string
  /**
   * Unique key from signed, canonical values: "eip3009|{network}|{asset}|{from}|{nonce}" (lower case)
   * or "raw|{network}|{hash}". Another spelling of the same credential has the same key.
   */
  claimKey: string
  /** "mpp|{challenge id}": a second unique key where a challenge may be paid once. */
  challengeKey?: string
  network: Caip2
  /** Lower-case token address. */
  asset: string
  /** Base units that it would move. */
  amountBase: bigint
  /** Lower-case address that would be paid. */
  payTo: string
  /** Sealed quote that it carries back; x402 v1 carries none. */
  quoteToken?: string
  /** The decoded credential, to store, to show, and to tell a repeat from a forgery. */
  decoded: Record<string, unknown>
}

/** A credential that was checked: local signature and terms. Chain state is not looked at yet. */
export type Authorization = {
  scheme: 'exact' | 'upto' | 'charge'
  /** Canonical address that pays. */
  payer: string
  /** The scheme's default moment of settlement. */
  when: 'before' | 'after'
  instrument: Instrument
  /** The offer that was taken, decoded, for the dashboard. */
  challenge: Record<string, unknown>
}

/** What a receipt needs to know of a payment whose money moved. */
export type SettledPayment = {
  wire: string
  network: Caip2
  payer: string
  amountBase: bigint
  txHash: string
  settledAtMs: number
  decoded: Record<string, unknown>
  /** Public URL that was asked for, from what was claimed and never from the credential; absent where another server sells it. */
  resourceUrl?: string
}

/**
 * What a paid protocol must answer. `lib/x402` and `lib/mpp` each export one; `lib/protocols.ts`
 * is the only file that knows both. Adapters never touch the database and never send anything.
 */
export type Protocol = {
  name: 'x402' | 'mpp'
  /** The 402 for this quote. */
  challenge(quote: Quote.Quote, agentRequest: AgentRequest, hints: ProtocolHints): Challenge
  /**
   * The credential in these headers, or undefined when they carry none of this protocol.
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
