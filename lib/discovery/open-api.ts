import { env } from '../env'
import * as Action from './Action'
import * as Entry from './Entry'
import * as Offer from './Offer'
import * as Text from './Text'

/** Which part of the catalogue a document describes: everything below an address, and what to call it. */
export type Scope = {
  title: string
  /** Public address that every path is appended to, without a trailing slash. */
  serverUrl: string
  /** Whether paths begin with /gateway/{merchant}, because the address is that of the whole installation. */
  whole: boolean
}

/**
 * The OpenAPI 3.1 document of what is sold, with the extensions of draft-payment-discovery: `x-service-info`, and
 * `x-payment-info` with every offer of MPP that the 402 makes. The draft has no word for x402; the 402's description
 * has. Amounts are base units.
 */
export function openApi(entries: readonly Entry.Entry[], scope: Scope): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: scope.title,
      version: '1',
      description:
        'HTTP APIs that are sold by the call. Amounts are base units of the token; what a 402 says comes before what this document says.',
    },
    servers: [{ url: scope.serverUrl }],
    'x-service-info': {
      categories: ['api'],
      docs: {
        homepage: env.PUBLIC_URL,
        apiReference: `${env.PUBLIC_URL}/openapi.json`,
        llms: `${env.PUBLIC_URL}/llms.txt`,
      },
    },
    paths: pathsOf(entries, scope),
    components: { responses: { PaymentRequired: paymentRequired } },
  }
}

/** OpenAPI wants one template per shape of path: where two methods name a segment differently, the first name stays. */
function pathsOf(entries: readonly Entry.Entry[], { whole }: Scope): Record<string, Record<string, unknown>> {
  const byShape = new Map<string, { path: string; item: Record<string, unknown> }>()
  for (const entry of entries) {
    const shape = Entry.shapeOf(entry)
    let found = byShape.get(shape)
    if (!found) {
      const { template, names } = Entry.templateOf(entry.path)
      const path = whole ? `/gateway/${entry.merchantSlug}${template}` : template
      found = { path, item: names.length > 0 ? { parameters: names.map(toParameter) } : {} }
      byShape.set(shape, found)
    }
    found.item[entry.method.toLowerCase()] = toOperation(entry)
  }
  return Object.fromEntries([...byShape.values()].map(({ path, item }) => [path, item]))
}

/** Its example makes the address one that can be asked for its price, which is the same for every value. */
function toParameter(name: string): Record<string, unknown> {
  return { name, in: 'path', required: true, schema: { type: 'string' }, example: name }
}

const bodyMethods: readonly string[] = ['POST', 'PUT', 'PATCH']

function toOperation(entry: Entry.Entry): Record<string, unknown> {
  const { action } = entry
  const body = action ? Action.requestBody(action) : bodyMethods.includes(entry.method) ? requestBody : undefined
  const offers = entry.offers.filter(({ protocol }) => protocol === 'mpp').map(toPaymentOffer)
  return {
    tags: [entry.merchantSlug],
    summary: Text.toLine(entry.name),
    ...(entry.description && { description: Text.toMarkdown(entry.description) }),
    ...(offers.length > 0 && { 'x-payment-info': { offers } }),
    ...(action && { parameters: Action.parameters(action) }),
    ...(body && { requestBody: body }),
    responses: {
      ...(action ? Action.responses : { '200': { description: 'The answer.', content: { [entry.mimeType]: {} } } }),
      ...(!entry.isFree && { '402': { $ref: '#/components/responses/PaymentRequired' } }),
    },
  }
}

function toPaymentOffer(offer: Offer.Offer): Record<string, unknown> {
  return {
    intent: offer.intent,
    method: offer.method,
    amount: offer.amountBase.toString(),
    currency: offer.currency,
    description: Text.toMarkdown(Offer.inWords(offer)),
  }
}

const requestBody = {
  description: 'Any body. The challenge is made for the body that came, and pays for that one only.',
  content: { '*/*': {} },
}

const header = (description: string) => ({ description, schema: { type: 'string' } })

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
