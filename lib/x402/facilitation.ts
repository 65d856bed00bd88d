import { z } from 'zod'
import { Address, Chain, chains, type Instrument } from '@/lib/chains'
import { AppError } from '@/lib/errors'
import type { Caip2 } from '@/lib/money'
import type { Protocol } from '@/lib/payments'
import { refused, shapes, type RefusalReason } from '@/lib/protocol-shared'
import { builderCode } from './builder-code'
import { parse } from './parse'
import { failedReason, reasonOf } from './reasons'
import type { X402Config, SchemeOffer, ParsedPayload, Scheme } from './Scheme'
import { schemes } from './schemes'
import { approvalKey, permitKey } from './schemes/sponsor'

/** The request of another server to this facilitator: its client's payload, and its own requirements. */
export type FacilitationRequest = {
  version: 1 | 2
  network: Caip2
  scheme: Scheme
  signed: ParsedPayload
  offer: SchemeOffer
  maxTimeoutSeconds: number
  /** The resource, as the server or its client names it. Unsigned. */
  resourceUrl: string | undefined
  /** The client's echo of the 402's extensions. Unsigned. */
  extensions: Record<string, unknown>
  /** What the server sent, with signed hex in lower case. */
  wire: { paymentPayload: Record<string, unknown>; paymentRequirements: Record<string, unknown> }
}

const members = z.record(z.string(), z.unknown())
/** A name of any length; only listed and shown. A value that is not text counts as absent. */
const named = z.unknown().transform((value) => (typeof value === 'string' ? value : undefined))
const account = z.string().regex(/^[0-9A-Za-z]{32,64}$/, 'must be an address')

const common = { scheme: z.string().max(64), network: z.string().max(64), asset: account, payTo: account }
const times = { maxTimeoutSeconds: z.number().positive(), extra: members.nullish() }

const V2 = z.object({
  paymentPayload: z.object({
    x402Version: z.literal(2, 'must be 2'),
    resource: z.object({ url: named }).loose().nullish(),
    extensions: members.nullish(),
    accepted: z.object({ scheme: z.string().max(64), network: z.string().max(64) }).loose(),
    payload: members,
  }),
  paymentRequirements: z.object({ ...common, amount: shapes.uint, ...times }),
})

const V1 = z.object({
  paymentPayload: z.object({
    x402Version: z.literal(1, 'must be 1'),
    scheme: z.string().max(64),
    network: z.string().max(64),
    payload: members,
  }),
  paymentRequirements: z.object({ ...common, maxAmountRequired: shapes.uint, resource: named, ...times }),
})

const Versioned = z.object({
  x402Version: z.union([z.literal(1), z.literal(2)], 'must be 1 or 2').optional(),
  paymentPayload: z.object({ x402Version: z.union([z.literal(1), z.literal(2)], 'must be 1 or 2') }),
})

/**
 * Parses the body of POST /verify and /settle. Does not check signatures.
 * @throws AppError payment-malformed, naming the member; method-unsupported for schemes, networks and tokens that
 * this facilitator does not support.
 */
export function read(body: unknown, { serves }: Pick<X402Config, 'serves'>): FacilitationRequest {
  const { x402Version, paymentPayload } = parse(Versioned, body)
  const version = paymentPayload.x402Version
  if (x402Version !== undefined && x402Version !== version)
    throw new AppError('payment-malformed', 'x402Version must be that of paymentPayload.')
  return version === 2 ? readV2(parse(V2, body), serves) : readV1(parse(V1, body), serves)
}

type Serves = X402Config['serves']

function readV2({ paymentPayload, paymentRequirements }: z.infer<typeof V2>, serves: Serves): FacilitationRequest {
  const { accepted, resource, extensions, payload } = paymentPayload
  if (accepted.scheme !== paymentRequirements.scheme || accepted.network !== paymentRequirements.network)
    throw unsupported('paymentPayload.accepted is of another scheme or network than paymentRequirements.')
  const chain = Chain.find(paymentRequirements.network)
  const made = make(
    chain,
    paymentRequirements,
    paymentRequirements.amount,
    { payload, extensions: extensions ?? {} },
    serves,
  )
  return {
    version: 2,
    ...made,
    resourceUrl: resource?.url,
    extensions: extensions ?? {},
    wire: { paymentPayload: { ...paymentPayload, payload: made.signed.payload }, paymentRequirements },
  }
}

function readV1({ paymentPayload, paymentRequirements }: z.infer<typeof V1>, serves: Serves): FacilitationRequest {
  if (paymentPayload.scheme !== paymentRequirements.scheme || paymentPayload.network !== paymentRequirements.network)
    throw unsupported('paymentPayload is of another scheme or network than paymentRequirements.')
  const chain = chains.find(({ v1Name }) => v1Name !== undefined && v1Name === paymentRequirements.network)
  const made = make(
    chain,
    paymentRequirements,
    paymentRequirements.maxAmountRequired,
    { payload: paymentPayload.payload, extensions: {} },
    serves,
  )
  return {
    version: 1,
    ...made,
    resourceUrl: paymentRequirements.resource,
    extensions: {},
    wire: { paymentPayload: { ...paymentPayload, payload: made.signed.payload }, paymentRequirements },
  }
}

type Required = Pick<z.infer<typeof V2>['paymentRequirements'], keyof typeof common | keyof typeof times>

function make(
  chain: Chain.Chain | undefined,
  required: Required,
  amount: string,
  { payload, extensions }: { payload: unknown; extensions: Record<string, unknown> },
  serves: Serves,
): Pick<FacilitationRequest, 'network' | 'scheme' | 'signed' | 'offer' | 'maxTimeoutSeconds'> {
  if (!chain || !serves(chain.network)) throw unsupported('The network is not facilitated here; see /supported.')
  const { network, v1Name } = chain
  for (const name of ['payTo', 'asset'] as const)
    if (!Address.isValid(network, required[name]))
      throw new AppError(
        'payment-malformed',
        `paymentRequirements.${name} ${Address.faultOf(network, required[name])}.`,
      )
  const asset = Chain.findAsset(network, required.asset)
  if (!asset) throw unsupported('The asset is not facilitated here.')
  for (const scheme of schemes) {
    if (scheme.scheme !== required.scheme) continue
    const signed = scheme.parse(payload, network, Address.canonical(network, asset.address), extensions)
    if (!signed) continue
    const { payTo, maxTimeoutSeconds } = required
    const extra = required.extra ?? {}
    const offer = { scheme: scheme.scheme, network, v1Name, asset, payTo, amountBase: BigInt(amount), extra }
    return { network, scheme, signed, offer, maxTimeoutSeconds }
  }
  throw unsupported(`The scheme "${required.scheme}" with this payload is not facilitated here; see /supported.`)
}

/**
 * Checks the signed message against the requirements, without the chain.
 * @param verb decides the meaning of the amount under `upto`: the maximum in a verification, the charge in a
 * settlement.
 * @throws AppError verification-failed | payment-expired, with `extra.reason`; payment-malformed.
 */
export function authorize(
  { version, scheme, signed, offer, wire }: FacilitationRequest,
  verb: 'verify' | 'settle',
  takes: Protocol.AcceptedMethods,
  nowMs: number,
): Protocol.Authorization {
  // Under `upto` the charge may be zero.
  if (offer.amountBase === 0n && offer.scheme !== 'upto') throw refused('value', 'The amount is zero.')
  if (offer.scheme === 'upto') assertCharge(verb, signed.amountBase, offer.amountBase)
  const instrument = signed.authorize(offer, takes, nowMs)
  assertExtra(scheme, offer, instrument)
  const challenge = { x402Version: version, ...wire.paymentRequirements }
  return { scheme: offer.scheme, payer: signed.payer, when: 'before', instrument, challenge }
}

/** Source: x402 specs/schemes/upto/scheme_upto_evm.md, phases 3 and 4. */
function assertCharge(verb: 'verify' | 'settle', permittedBase: bigint, amountBase: bigint): void {
  if (verb === 'verify' && permittedBase !== amountBase)
    throw refused('value', `The permit is for ${permittedBase} base units; the requirements name ${amountBase}.`)
  if (verb === 'settle' && permittedBase < amountBase)
    throw bound('value', 'invalid_upto_evm_payload_settlement_exceeds_amount', 'More is to be charged than was signed.')
}

/** The supported values of `paymentFlow` (when a server may settle), for each scheme. Other values are refused. */
const flows = { exact: ['authorization', 'upfront'], upto: ['authorization'] }

/**
 * Checks the members of `extra` that bind a payment, for all schemes on EVM chains. The Solana scheme checks its own.
 * All other members are information by the specification (`extra`: "scheme-specific additional information") and stay
 * unchecked.
 */
function assertExtra({ family }: Scheme, { scheme, asset, extra }: SchemeOffer, instrument: Instrument): void {
  const { name, version, assetTransferMethod, paymentFlow, facilitatorAddress } = extra
  const { eip712 } = asset
  if (eip712 && (isOther(name, eip712.name) || isOther(version, eip712.version)))
    throw refused('domain', 'paymentRequirements.extra names another EIP-712 domain than the token has.')
  if (family !== 'svm' && isOther(assetTransferMethod, family))
    throw bound(
      'layout',
      'unsupported_payload_type',
      `The payload is of ${family}; extra.assetTransferMethod is another.`,
    )
  if (isOther(paymentFlow, undefined) && !flows[scheme].some((flow) => flow === paymentFlow))
    throw bound('layout', 'unsupported_payment_flow', `extra.paymentFlow must be ${flows[scheme].join(' or ')}.`)
  const facilitator = instrument.kind === 'permit2' ? instrument.facilitator : undefined
  const named = typeof facilitatorAddress === 'string' ? facilitatorAddress.toLowerCase() : facilitatorAddress
  if (facilitator && isOther(named, facilitator))
    throw refused('facilitator', 'The witness names another facilitator than extra.facilitatorAddress.')
}

/** True if the member is present and has another value. */
function isOther(stated: unknown, real: string | undefined): boolean {
  return stated !== undefined && stated !== null && stated !== real
}

function bound(reason: RefusalReason, x402: string, message: string): AppError {
  return new AppError('verification-failed', message, { extra: { reason, x402 } })
}

/** The credential for the payment's claim. */
export function toCredential({ version, network, signed, offer, wire }: FacilitationRequest): Protocol.Credential {
  return {
    protocol: 'x402',
    wire: `x402 v${version}`,
    claimKey: signed.claimKey,
    network,
    asset: Address.canonical(network, offer.asset.address),
    amountBase: offer.amountBase,
    payTo: Address.canonical(network, offer.payTo),
    decoded: wire.paymentPayload,
  }
}

/** The network's name in the request's protocol version. */
export function nameOf({ version, network }: Pick<FacilitationRequest, 'version' | 'network'>): string {
  return (version === 1 ? Chain.get(network).v1Name : undefined) ?? network
}

/** x402 extensions that the facilitator acts on. */
export const extensions: readonly string[] = [permitKey, approvalKey, builderCode]

/** The entries of GET /supported for these networks. */
export function kinds(networks: readonly Caip2[]): SupportedKind[] {
  return networks
    .map((network) => Chain.get(network))
    .flatMap(({ network, v1Name, assets }) => {
      const of = new Map<SchemeOffer['scheme'], Record<string, unknown>>()
      for (const scheme of schemes) {
        const extra = scheme.supports(network, assets)
        if (extra) of.set(scheme.scheme, { ...of.get(scheme.scheme), ...extra })
      }
      return [...of].flatMap(([scheme, extra]): SupportedKind[] => {
        const more = Object.keys(extra).length > 0 ? { extra } : {}
        const v2: SupportedKind = { x402Version: 2, scheme, network, ...more }
        return v1Name && scheme === 'exact' ? [v2, { x402Version: 1, scheme, network: v1Name, ...more }] : [v2]
      })
    })
}

export type SupportedKind = { x402Version: 1 | 2; scheme: string; network: string; extra?: Record<string, unknown> }

/** The x402 code for a transfer that was sent and failed. */
export function failedCode({ scheme }: Pick<FacilitationRequest, 'scheme'>): string {
  return failedReason(scheme.family)
}

/** The x402 code for the refusal of this request. */
export function codeOf(error: AppError, of?: Pick<FacilitationRequest, 'scheme'>): string {
  return reasonOf(error, of?.scheme.family)
}

function unsupported(message: string): AppError {
  return new AppError('method-unsupported', message)
}
