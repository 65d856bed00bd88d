import { env } from '../env'
import type { Listing } from '@/lib/merchants'
import * as PublishedAction from './PublishedAction'
import * as CatalogueEntry from './CatalogueEntry'
import * as PaymentOffer from './PaymentOffer'
import * as Text from './Text'

/** The part of the catalogue that a document describes: all paths below an address, with a title. */
export type OpenApiScope = {
  title: string
  /** Public address before every path, without a trailing slash. */
  serverUrl: string
  /** True if paths begin with /gateway/{merchant}, because the address is that of the whole installation. */
  whole: boolean
}

/**
 * The OpenAPI 3.1 document of the catalogue, as the directories of both protocols require it. `x-service-info` and
 * `x-payment-info.offers` follow draft-payment-discovery, which knows MPP only; their amounts are base units.
 * x402scan and mppscan also read `price`, in dollars, and `protocols`, with the offers of both.
 */
export function openApi(
  entries: readonly CatalogueEntry.CatalogueEntry[],
  scope: OpenApiScope,
): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: scope.title,
      version: '1',
      contact: contact(),
      description:
        'HTTP APIs that are sold by the call. Amounts are base units of the token; what a 402 says comes before what this document says.',
      'x-guidance':
        'Send a request without payment to any operation: its 402 says the price. Pay one of the offers by x402 or MPP and send the same request again. Failed answers are not charged.',
    },
    servers: [{ url: scope.serverUrl }],
    'x-service-info': {
      categories: ['api'],
      docs: {
        homepage: env.PUBLIC_URL,
        apiReference: `${scope.whole ? env.PUBLIC_URL : scope.serverUrl}/openapi.json`,
        llms: `${scope.whole ? env.PUBLIC_URL : scope.serverUrl}/llms.txt`,
      },
    },
    paths: pathsOf(entries, scope),
    components: {
      parameters: { AcceptPayment: acceptPayment },
      responses: { PaymentRequired: paymentRequired },
    },
  }
}

/** The operator's contact, else the address of the installation. */
function contact(): Record<string, string> {
  const to = env.CONTACT ?? env.PUBLIC_URL
  return to.includes('://') ? { url: to } : { email: to }
}

/**
 * Groups the operations by path. OpenAPI allows one template for each shape of path: if two methods name a segment
 * differently, the first name stays.
 */
function pathsOf(
  entries: readonly CatalogueEntry.CatalogueEntry[],
  { whole }: OpenApiScope,
): Record<string, Record<string, unknown>> {
  const byShape = new Map<string, { path: string; item: Record<string, unknown> }>()
  for (const entry of entries) {
    const shape = CatalogueEntry.shapeOf(entry)
    let found = byShape.get(shape)
    if (!found) {
      const { template, names } = CatalogueEntry.templateOf(entry.path)
      const path = whole ? `/gateway/${entry.merchantSlug}${template}` : template
      found = { path, item: names.length > 0 ? { parameters: names.map(toParameter) } : {} }
      byShape.set(shape, found)
    }
    found.item[entry.method.toLowerCase()] = toOperation(entry)
  }
  return Object.fromEntries([...byShape.values()].map(({ path, item }) => [path, item]))
}

/**
 * The example completes the address, so that a directory can request the price. The price is the same for every
 * value.
 */
function toParameter(name: string): Record<string, unknown> {
  return { name, in: 'path', required: true, schema: { type: 'string' }, example: name }
}

function toOperation(entry: CatalogueEntry.CatalogueEntry): Record<string, unknown> {
  const { action, declared, mimeType, description, accessSeconds } = entry
  const body = action ? PublishedAction.requestBody(action) : declared.body && toBody(declared.body)
  const words = [description, accessSeconds === null ? '' : comeBack(accessSeconds)]
    .filter(Boolean)
    .map(Text.toMarkdown)
  const own = action ? PublishedAction.parameters(action) : toParameters(declared.query)
  const parameters = entry.isFree ? own : [...own, { $ref: '#/components/parameters/AcceptPayment' }]
  return {
    tags: [entry.merchantSlug, ...declared.tags.filter((tag) => tag !== entry.merchantSlug)],
    summary: Text.toLine(entry.name),
    ...(words.length > 0 && { description: words.join(' ') }),
    // A free call has an empty security list. No security scheme describes a payment, so paid calls have payment info
    // instead.
    ...(entry.isFree && { security: [] }),
    ...(entry.offers.length > 0 && { 'x-payment-info': toPaymentInfo(entry) }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: {
      ...(action
        ? PublishedAction.responses
        : { '200': { description: 'The answer.', content: { [mimeType]: declared.output ?? openAnswer(mimeType) } } }),
      ...(!entry.isFree && { '402': { $ref: '#/components/responses/PaymentRequired' } }),
    },
  }
}

/** The schema of an answer without a declaration: anything that its media type allows. */
function openAnswer(mimeType: string): Record<string, unknown> {
  if (isJson(mimeType)) return { schema: {} }
  return { schema: { type: 'string', ...(!mimeType.startsWith('text/') && { contentMediaType: mimeType }) } }
}

function isJson(mimeType: string): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(mimeType)
}

/** Query parameters that the schema names. */
function toParameters(query: Listing.ListingSide | undefined): Record<string, unknown>[] {
  const { schema, example } = query ?? {}
  const required = Array.isArray(schema?.required) ? schema.required : []
  return Object.entries((schema?.properties ?? {}) as Record<string, unknown>).map(([name, member]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: member,
    ...(isObject(example) && Object.hasOwn(example, name) && { example: example[name] }),
  }))
}

function toBody(body: Listing.ListingSide): Record<string, unknown> {
  return {
    description: 'The challenge is made for the body that came, and pays for that one only.',
    content: { 'application/json': body },
  }
}

function toPaymentInfo({ offers, price }: CatalogueEntry.CatalogueEntry): Record<string, unknown> {
  const mpp = offers.filter(({ protocol }) => protocol === 'mpp')
  // Directories show one entry for each protocol: its first offer. The 402 has all of them.
  const firsts = ['x402', 'mpp'].flatMap((name) => offers.find(({ protocol }) => protocol === name) ?? [])
  return {
    ...(mpp.length > 0 && { offers: mpp.map(toPaymentOffer) }),
    price: { currency: 'USD', ...price },
    protocols: firsts.map(({ protocol, method, intent, network, currency, amountBase }) =>
      protocol === 'mpp'
        ? { mpp: { method, intent, currency } }
        : { x402: { scheme: method, network, asset: currency, amount: amountBase.toString() } },
    ),
  }
}

/** "A wallet that paid may come back for 24 hours …" */
export function comeBack(seconds: number): string {
  const [count, unit] =
    seconds % 86_400 === 0
      ? [seconds / 86_400, 'day']
      : seconds % 3_600 === 0
        ? [seconds / 3_600, 'hour']
        : [seconds, 'second']
  return `A wallet that paid may come back for ${count} ${unit}${count === 1 ? '' : 's'} without paying, by SIGN-IN-WITH-X.`
}

function toPaymentOffer(offer: PaymentOffer.PaymentOffer): Record<string, unknown> {
  return {
    intent: offer.intent,
    method: offer.method,
    amount: offer.amountBase.toString(),
    currency: offer.currency,
    description: Text.toMarkdown(PaymentOffer.inWords(offer)),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const header = (description: string) => ({ description, schema: { type: 'string' } })

/** Every paid operation accepts this header, and directories require each operation to declare it. */
const acceptPayment = {
  name: 'Accept-Payment',
  in: 'header',
  required: false,
  description:
    'MPP: which offers to answer with, the most wanted first, such as `tempo/charge`. All of them without it.',
  schema: { type: 'string' },
  example: 'evm/charge',
}

const paymentRequired = {
  description:
    'Not paid yet. Take one of the offers, by MPP (`WWW-Authenticate`) or by x402 (`PAYMENT-REQUIRED`), and send the request again with its credential.',
  headers: {
    'WWW-Authenticate': header('The challenges of MPP, one for each offer.'),
    'PAYMENT-REQUIRED': header('The offers of x402 version 2, base64 of JSON, where there are any.'),
  },
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'detail', 'code'],
        properties: {
          type: { type: 'string', format: 'uri' },
          title: { type: 'string' },
          status: { type: 'integer', const: 402 },
          detail: { type: 'string' },
          code: { type: 'string' },
        },
      },
    },
  },
}
