import { z } from 'zod'
import { labelNetwork, labelToken } from '@/lib/chains'
import { Amount, Caip, Rail, type Caip2 } from '@/lib/money'

/** One way to pay, as the 402 offers it. */
export type PaymentOffer = {
  protocol: 'x402' | 'mpp'
  /** MPP's method, "evm", "tempo" or "stripe"; for x402 its scheme. */
  method: string
  /** MPP's intent, "charge" or "session"; for x402 "charge", because each payment is one call. */
  intent: string
  network: Caip2
  /** Token address, or the currency of a rail. */
  currency: string
  /** Base units, exactly as in the challenge. */
  amountBase: bigint
  /** The unit that one amount buys, if it is not a call: "event". */
  unit?: string
}

const amount = z.string().transform(Amount.parseBase)
const network = z.string().transform(Caip.parse)

/** The network, in the words of each method: a chain id, Stripe's business profile, or a Bitcoin network. */
const MethodDetails = z.union([
  z.object({ chainId: z.int() }).transform(({ chainId }) => Caip.fromChainId(chainId)),
  z
    .object({ paymentHash: z.string(), network: z.enum(['mainnet', 'testnet', 'signet', 'regtest']) })
    .transform(({ network }) => Rail.bitcoinNetworks[network].network),
  z.object({ networkId: z.string() }).transform(({ networkId }) => Rail.ofProfile(networkId)),
])

const Mpp = z
  .object({
    method: z.string(),
    intent: z.string(),
    request: z.object({
      amount,
      currency: z.string(),
      unitType: z.string().optional(),
      methodDetails: MethodDetails,
    }),
  })
  .transform(({ method, intent, request }): PaymentOffer => ({
    protocol: 'mpp',
    method,
    intent,
    network: request.methodDetails,
    currency: request.currency,
    amountBase: request.amount,
    ...(request.unitType !== undefined && { unit: request.unitType }),
  }))

const X402 = z
  .object({ x402Version: z.int(), scheme: z.string(), network, amount, asset: z.string() })
  .transform((offer): PaymentOffer => ({
    protocol: 'x402',
    method: offer.scheme,
    intent: 'charge',
    network: offer.network,
    currency: offer.asset,
    amountBase: offer.amount,
  }))

const Decoded = z.union([X402, Mpp])

/**
 * Reads the offer of a challenge, decoded as `challengeAll` does. Reads only members that every offer has, so that
 * new methods and intents need no change here.
 * @throws ZodError if a member is missing, because a list without that offer would be wrong.
 */
export function fromDecoded(decoded: Record<string, unknown>): PaymentOffer {
  return Decoded.parse(decoded)
}

/** "0.01 USDC per call on Base Sepolia". */
export function inWords(offer: PaymentOffer): string {
  const { symbol, decimals } = labelToken(offer.network, offer.currency)
  const price = `${Amount.toDecimal(offer.amountBase, decimals)} ${symbol}`
  // Under `upto` the charge is known only after the answer.
  return `${offer.method === 'upto' ? 'at most ' : ''}${price} per ${offer.unit ?? 'call'} on ${labelNetwork(offer.network).name}`
}
