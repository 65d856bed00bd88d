import type { Address } from 'viem'
import { Reserve } from '@/lib/chains'
import type { ChannelProtocol } from '@/lib/channels'
import { AppError } from '@/lib/errors'
import { Caip, type Caip2 } from '@/lib/money'
import type { Quote } from '@/lib/pricing'
import * as Slots from '../Slots'
import * as Charge from '../Challenge'
import type { MppConfig } from '../MppConfig'
import type * as Challenge from './Challenge'
import type * as Credential from './Credential'

/** How many verified challenges are cached; each takes about 2 KiB and lives for minutes. */
const knownMax = 1_000

type Known = { echo: Credential.EchoedChallenge; terms: ChannelProtocol.ChannelTerms }

export type TermsReader = {
  /** The network of a challenge that was verified before; else undefined. */
  networkOf(echo: Credential.EchoedChallenge): Caip2 | undefined
  /** The terms of an echoed challenge, for the quote in it. @throws AppError invalid-challenge | payment-expired */
  read(echo: Credential.EchoedChallenge, quote: Quote.Quote | undefined, nowMs: number): ChannelProtocol.ChannelTerms
}

/**
 * Creates a reader that verifies challenges and caches the valid ones; verifying one again costs a lookup. The cache
 * belongs to this process and holds only verified challenges, so that strangers cannot fill it.
 */
export function createTermsReader(config: MppConfig): TermsReader {
  // In the order of use: the first entry is the least recently used.
  const memory = new Map<string, Known>()

  function find(echo: Credential.EchoedChallenge): ChannelProtocol.ChannelTerms | undefined {
    const known = memory.get(echo.id)
    return known && isSame(known.echo, echo) ? known.terms : undefined
  }

  function remember(echo: Credential.EchoedChallenge, terms: ChannelProtocol.ChannelTerms): void {
    memory.delete(echo.id)
    memory.set(echo.id, { echo, terms })
    if (memory.size <= knownMax) return
    const [oldest] = memory.keys()
    if (oldest !== undefined) memory.delete(oldest)
  }

  return {
    networkOf: (echo) => find(echo)?.network,
    read(echo, quote, nowMs) {
      // A cached challenge may belong to another resource than the requested one.
      const terms = (quote && find(echo)) ?? prove(config, echo, quote)
      if (nowMs >= terms.expiresAtMs) throw new AppError('payment-expired', 'The challenge has expired.')
      remember(echo, terms)
      return terms
    },
  }
}

const slots = ['realm', 'method', 'intent', 'request', 'expires', 'digest', 'header', 'opaque'] as const

function isSame(left: Credential.EchoedChallenge, right: Credential.EchoedChallenge): boolean {
  return slots.every((slot) => left[slot] === right[slot])
}

/** The terms in a challenge that one of our secrets made, for the quote in it. */
function prove(
  config: MppConfig,
  echo: Credential.EchoedChallenge,
  quote: Quote.Quote | undefined,
): ChannelProtocol.ChannelTerms {
  if (!config.secrets().some((secret) => Slots.isBound(echo.id, echo, secret)))
    throw invalid('This server did not make the challenge that the credential answers.')
  if (echo.realm !== config.realm()) throw invalid('The challenge was made for another host.')
  if (!quote) throw invalid('The challenge was made for another resource, or for no price of this server.')
  // The challenge holds a quote of ours, so a valid id proves that `Challenge.issue` wrote the request.
  const request = json(echo.request) as Challenge.SessionRequest
  const { chainId, operator, minVoucherDelta = '0' } = request.methodDetails
  const offer = Charge.offers(quote, { ...config, serves: () => true }).find(
    ({ network }) => network === Caip.fromChainId(chainId),
  )
  if (!offer || request.amount !== offer.amountBase.toString() || request.recipient !== offer.payTo)
    throw invalid('The challenge was made for another resource or price.')
  return {
    quote,
    challengeId: echo.id,
    network: offer.network,
    escrow: Reserve.address,
    asset: lower(request.currency),
    payee: lower(request.recipient),
    operator: lower(operator),
    priceBase: offer.amountBase,
    minDeltaBase: BigInt(minVoucherDelta),
    bodyDigest: echo.digest === '' ? undefined : echo.digest,
    expiresAtMs: quote.expiresAtMs,
  }
}

/** Decodes text that one of our secrets has verified. */
function json(encoded: string): unknown {
  return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
}

function lower(text: string): Address {
  return text.toLowerCase() as Address
}

function invalid(message: string): AppError {
  return new AppError('invalid-challenge', message)
}
