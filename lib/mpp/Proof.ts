import { AppError } from '@/lib/errors'
import { L402Header, L402Token } from '@/lib/l402'
import { Rail } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import type * as Challenge from './Challenge'
import * as Credential from './Credential'
import { claimOf, LightningCharge, parseLightning, verifyLightning, type LightningCredential } from './lightning'
import type { MppConfig } from './MppConfig'

/**
 * Payments whose preimage proves them: MPP's method `lightning`, and L402. One invoice and one payment hash serve both, so one of
 * them consumes it for the other.
 */

type L402Credential = L402Header.L402Credential & PaidFor
/** What an L402 token is for: its caveat `quote` is `{quote token}.{satoshis}.{network}.{node}`. */
type PaidFor = { quoteToken: string; amountBase: bigint; network: Rail.BitcoinNetwork; payTo: string }
type Shown = { kind: 'mpp'; credential: LightningCredential } | { kind: 'l402'; credential: L402Credential }

/** The parsed proof of each `decoded`, which holds no preimage. */
const read = new WeakMap<Record<string, unknown>, Shown>()

/** The proof in these headers; undefined if they carry none. @throws AppError lightning-malformed-credential and others */
export function parse(headers: Headers): Protocol.Credential | undefined {
  const l402 = L402Header.parse(headers.get('authorization'))
  if (l402) return fromL402(l402)
  const text = Credential.findOne(headers)
  const decoded = text === undefined ? undefined : Credential.decode(text)
  const method = (decoded as { challenge?: { method?: unknown } } | undefined)?.challenge?.method
  return method === LightningCharge.method ? fromMpp(parseLightning(decoded)) : undefined
}

/** Whether the headers carry an L402 credential. */
export function isL402(headers: Headers): boolean {
  return /^(l402|lsat)\s/i.test(headers.get('authorization') ?? '')
}

function fromMpp(credential: LightningCredential): Protocol.Credential {
  const { paymentHash, amount, recipient = '', externalId, methodDetails } = claimOf(credential)
  const { id } = credential.challenge
  const shown = { kind: 'mpp' as const, credential }
  const network = Rail.bitcoinNetworks[methodDetails.network ?? 'mainnet'].network
  const about = { wire: 'mpp lightning', paymentHash, network, amountBase: BigInt(amount), payTo: recipient }
  return toCredential(shown, { ...about, challengeId: id, quoteToken: externalId })
}

function fromL402(l402: L402Header.L402Credential): Protocol.Credential {
  const quote = L402Token.quoteOf(l402.token)
  const [quoteToken = '', sats = '', name = '', payTo = ''] = quote.split('.')
  const network = name as Rail.BitcoinNetwork
  if (!/^[1-9][0-9]{0,15}$/.test(sats) || !Object.hasOwn(Rail.bitcoinNetworks, name))
    throw new AppError('lightning-unknown-challenge', 'The L402 token was not made by this server.')
  const credential = { ...l402, quoteToken, amountBase: BigInt(sats), network, payTo }
  const about = {
    wire: 'l402',
    network: Rail.bitcoinNetworks[network].network,
    amountBase: credential.amountBase,
    payTo,
  }
  const paymentHash = l402.preimage.hash()
  return toCredential({ kind: 'l402', credential }, { ...about, paymentHash, challengeId: undefined, quoteToken })
}

type About = Pick<Protocol.Credential, 'wire' | 'network' | 'amountBase' | 'payTo'> & {
  paymentHash: string
  challengeId: string | undefined
  quoteToken: string | undefined
}

function toCredential(shown: Shown, { paymentHash, challengeId, quoteToken, ...about }: About): Protocol.Credential {
  // A payment hash is consumed once, whatever challenge or token its invoice was in. The preimage is a secret: it is not kept.
  const decoded = { paymentHash, ...(challengeId !== undefined && { challengeId }) }
  read.set(decoded, shown)
  return {
    ...about,
    protocol: 'mpp',
    claimKey: `lightning|${about.network}|${paymentHash}`,
    asset: 'sat',
    ...(quoteToken !== undefined && { quoteToken }),
    decoded,
  }
}

/**
 * Checks a proof: ours, for this request, and its preimage opens the invoice. It is good after its challenge has expired too: the
 * money has moved, and refusing it would keep the money for nothing. Undefined for other credentials.
 * @throws AppError lightning-unknown-challenge | lightning-invalid-preimage
 */
export function authorize(
  config: MppConfig,
  decoded: Record<string, unknown>,
  agentRequest: Protocol.AgentRequest,
): Protocol.Authorization | undefined {
  const shown = read.get(decoded)
  if (!shown) return undefined
  const paid =
    shown.kind === 'mpp'
      ? proveMpp(config, shown.credential, agentRequest)
      : proveL402(config, shown.credential, agentRequest)
  const payer = 'anonymous'
  const instrument = {
    kind: 'preimage' as const,
    from: payer,
    to: paid.payTo,
    value: paid.amountBase.toString(),
    paymentHash: paid.paymentHash,
  }
  return { scheme: 'charge', payer, when: 'before', instrument, challenge: paid.challenge }
}

type Paid = { paymentHash: string; amountBase: bigint; payTo: string; challenge: Record<string, unknown> }

function proveMpp(config: MppConfig, credential: LightningCredential, agentRequest: Protocol.AgentRequest): Paid {
  const { bodyDigest: digest } = agentRequest
  const check = { secrets: config.secrets(), realm: config.realm(), ...(digest !== undefined && { digest }) }
  const { paymentHash, amountSat, bolt11 } = verifyLightning(credential, check)
  const { recipient = '' } = claimOf(credential)
  const challenge = { method: 'lightning', intent: 'charge', id: credential.challenge.id, invoice: bolt11 }
  return { paymentHash, amountBase: amountSat, payTo: recipient, challenge }
}

function proveL402(config: MppConfig, credential: L402Credential, agentRequest: Protocol.AgentRequest): Paid {
  const { token, preimage, amountBase, payTo } = credential
  const resource = resourceOf(agentRequest)
  const { paymentHash } = L402Token.verify(token, preimage, { secrets: config.secrets(), resource })
  return { paymentHash, amountBase, payTo, challenge: { method: 'l402', paymentHash } }
}

const resourceOf = ({ soldPath, path, method }: Protocol.AgentRequest) => `${method} ${soldPath ?? path}`

/** The L402 challenge of an invoice, beside MPP's: a client that knows only L402 pays the same invoice. */
export function l402Header(
  { paymentHash, bolt11, amountBase, network, payTo }: Challenge.OfferedInvoice,
  { secret, quoteToken, expires }: Challenge.ChallengeBinding,
  agentRequest: Protocol.AgentRequest,
): readonly [string, string] {
  const quote = `${quoteToken}.${amountBase}.${Rail.bitcoinOf(network) ?? 'mainnet'}.${payTo}`
  const terms = { paymentHash, resource: resourceOf(agentRequest), quote, expiresAtMs: Date.parse(expires) }
  return ['WWW-Authenticate', L402Header.challengeOf(L402Token.mint(terms, secret), bolt11)]
}

/** The receipt: its reference is the payment hash, never the preimage. */
export function receipt({
  txHash,
  settledAtMs,
  decoded,
}: Pick<Protocol.SettledPayment, 'txHash' | 'settledAtMs' | 'decoded'>): readonly (readonly [string, string])[] {
  const challengeId = typeof decoded.challengeId === 'string' ? decoded.challengeId : ''
  return [['Payment-Receipt', LightningCharge.receiptOf({ challengeId, paymentHash: txHash, settledAtMs })]]
}
