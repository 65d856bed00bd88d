import type { PaymentRequired, PaymentRequirements } from '@x402/core/types'
import type { Sacrifice } from '@/lib/protocol-shared'
import { offerReceipt, paymentIdentifier, toOutput, type X402Extension, type X402Extensions } from './extensions'
import { headerV2 } from './Payload'
import * as Sponsor from './schemes/sponsor'

/** A complete 402, before any part is dropped to fit the header size. */
export type FullHead = {
  required: PaymentRequired
  extensions: X402Extensions
  /** Public URL of the resource as configured: no query, `:name`s in place of values. */
  soldUrl: string
}

/** `error` of a 402 for a request that carried no payment. */
export const askedFor = `${headerV2} header is required`

/** Bytes kept of a description that is too long. */
const descriptionBytesMax = 48

/**
 * Returns a function that writes PAYMENT-REQUIRED without the dropped parts. Clients read only `info` of extensions;
 * catalogues read the schemas too. Every 402 tries several sizes, so each part is serialized once in each of its
 * forms.
 */
export function createHeader({ required, extensions, soldUrl }: FullHead): (dropped: Sacrifice.GivenUpParts) => string {
  const { x402Version, error, resource, accepts } = required
  const offers = accepts.map((offer) => ({
    json: JSON.stringify(offer),
    isPermit2: isPermit2(offer),
    isTwin: isTwin(offer, accepts),
  }))
  const written = new Map<string, string | undefined>()
  const once = (
    key: string,
    names: readonly Sacrifice.Sacrifice[],
    dropped: Sacrifice.GivenUpParts,
    make: () => unknown,
  ) => {
    const form = `${key} ${names.map((name) => Number(dropped.has(name))).join('')}`
    if (!written.has(form)) written.set(form, JSON.stringify(make()))
    return written.get(form)
  }
  return (dropped) => {
    const left = offers.filter(({ isTwin: twin }, index) => !(twin && dropped.has('permit2')) && index < dropped.ways)
    const hasPermit2 = left.some(({ isPermit2: is }) => is)
    const members = [
      `"x402Version":${x402Version}`,
      ...(error === askedFor && dropped.has('repetition') ? [] : [`"error":${JSON.stringify(error)}`]),
      `"resource":${once('resource', resourceNames, dropped, () => toResource(resource, soldUrl, dropped))}`,
      `"accepts":[${left.map(({ json }) => json).join(',')}]`,
    ]
    const kept = Object.entries(extensions).flatMap(([key, extension]) => {
      if ((key === Sponsor.permitKey || key === Sponsor.approvalKey) && !hasPermit2) return []
      const json = once(key, extensionNames, dropped, () => reduce(key, extension, dropped))
      return json === undefined ? [] : [`${JSON.stringify(key)}:${json}`]
    })
    if (kept.length > 0) members.push(`"extensions":{${kept.join(',')}}`)
    return Buffer.from(`{${members.join(',')}}`).toString('base64')
  }
}

const resourceNames = ['query', 'about', 'description', 'address'] as const
const extensionNames = ['schemas', 'output', 'offers', 'examples', 'form', 'identifier', 'bazaar', 'sign-in'] as const

type Resource = PaymentRequired['resource']

function toResource(
  { url, description, mimeType, ...about }: Resource,
  soldUrl: string,
  dropped: Sacrifice.GivenUpParts,
): Resource {
  return {
    url: dropped.has('address') ? soldUrl : dropped.has('query') ? (url.split('?')[0] ?? url) : url,
    ...(description !== undefined && {
      description: dropped.has('description') ? cut(description, descriptionBytesMax) : description,
    }),
    ...(dropped.has('about') ? {} : { mimeType, ...about }),
  }
}

/** The beginning of the text, in whole characters, with an ellipsis. At most `bytesMax` bytes. */
function cut(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= bytesMax) return text
  // A character that was cut in half decodes to the replacement character.
  return `${bytes.toString('utf8', 0, bytesMax - 3).replace(/\uFFFD+$/, '')}…`
}

/** True for a Permit2 offer whose token and scheme are also offered by EIP-3009. */
function isTwin(offer: PaymentRequirements, all: readonly PaymentRequirements[]): boolean {
  if (!isPermit2(offer)) return false
  const { scheme, network, asset } = offer
  return all.some((one) => !isPermit2(one) && one.scheme === scheme && one.network === network && one.asset === asset)
}

function isPermit2({ extra }: PaymentRequirements): boolean {
  return extra.assetTransferMethod === 'permit2'
}

/** The smaller form of an extension; undefined if nothing of it remains. */
function reduce(key: string, extension: X402Extension, dropped: Sacrifice.GivenUpParts): X402Extension | undefined {
  if (key === 'bazaar') return reduceBazaar(extension as unknown as Bazaar, dropped)
  const { schema: _schema, ...bare } = extension
  const kept = dropped.has('schemas') ? bare : extension
  switch (key) {
    case offerReceipt:
      return dropped.has('offers') ? undefined : kept
    case paymentIdentifier:
      return dropped.has('identifier') && !(extension.info as { required?: boolean }).required ? undefined : kept
    case 'sign-in-with-x':
      return dropped.has('sign-in') ? undefined : kept
    default:
      return kept
  }
}

type Bazaar = {
  info: { input: Record<string, unknown>; output?: unknown }
  schema: { properties: { input: { properties: Record<string, unknown> }; output?: unknown } }
  routeTemplate?: string
}

function reduceBazaar(bazaar: Bazaar, dropped: Sacrifice.GivenUpParts): X402Extension | undefined {
  if (dropped.has('bazaar')) return undefined
  const trimmed = dropped.has('output') ? withoutOutput(bazaar) : bazaar
  const open = dropped.has('examples') ? withoutExamples(trimmed) : trimmed
  return dropped.has('form') ? toLeast(open) : open
}

function withoutOutput({ info, schema, ...rest }: Bazaar): Bazaar {
  const { input } = schema.properties
  return {
    ...rest,
    info: { input: info.input },
    schema: { ...schema, properties: { input, output: toOutput() } },
  }
}

/** Keeps the fields of the call that every directory requires. */
function withoutExamples({ info, schema, ...rest }: Bazaar): Bazaar {
  const { input } = schema.properties
  const names = ['body', 'queryParams']
  const open = Object.fromEntries(
    names.filter((name) => name in input.properties).map((name) => [name, { type: 'object' }]),
  )
  const empty = Object.fromEntries(names.filter((name) => name in info.input).map((name) => [name, {}]))
  return {
    ...rest,
    info: { ...info, input: { ...info.input, ...empty } },
    schema: {
      ...schema,
      properties: { ...schema.properties, input: { ...input, properties: { ...input.properties, ...open } } },
    },
  }
}

/**
 * The smallest form that catalogues accept, without path values. Facilitators check `info` against the schema.
 * Directories require a schema of the call and of the answer, but do not check what it contains.
 */
function toLeast({ info, routeTemplate }: Bazaar): X402Extension {
  const { pathParams: _params, ...input } = info.input
  const called = { [input.body === undefined ? 'queryParams' : 'body']: object }
  const properties = { input: { ...object, properties: called }, output: { ...object, properties: { example: {} } } }
  return {
    info: { input },
    schema: { ...object, properties, required: ['input'] },
    ...(routeTemplate !== undefined && { routeTemplate }),
  }
}

const object = { type: 'object' }
