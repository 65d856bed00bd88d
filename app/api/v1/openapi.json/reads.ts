/** The OpenAPI of /api/v1's reads: quotes, and the status of payments. */

const string = (description: string, more: object = {}) => ({ type: 'string', description, ...more })
const orNull = (description: string) => ({ type: ['string', 'null'], description })
const query = (name: string, description: string) => ({ name, in: 'query', description, schema: { type: 'string' } })
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const answer = (description: string, schema: object) => ({ description, content: { 'application/json': { schema } } })
const refused = (statuses: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(statuses).map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema: ref('Problem') } } },
    ]),
  )

const refundOf = (type: unknown) => ({
  type,
  properties: {
    status: { type: 'string', enum: ['due', 'sent', 'paid'] },
    amountBase: { type: 'string' },
    transaction: { type: ['string', 'null'] },
  },
})

const status = {
  status: string('Was it earned?', { enum: ['authorized', 'delivered', 'voided', 'refund_due', 'refunded'] }),
  settlement: string('Did the money move?', { enum: ['none', 'pending', 'settled', 'failed'] }),
  network: string('CAIP-2.'),
  asset: string('Address of the token.'),
  amountBase: string('The charge, in base units of the token.'),
  transaction: orNull('The transaction that moved the money; before that, the last one that was sent.'),
  logIndex: { type: ['integer', 'null'], description: 'Index of the transfer’s log in that transaction, once known.' },
  settledAt: orNull('ISO 8601.'),
  refundedBase: string('Refunds in total, due or paid, in base units.'),
  refunds: {
    type: 'array',
    description: 'Its refunds, oldest first, without withdrawn ones.',
    items: refundOf('object'),
  },
  refund: { ...refundOf(['object', 'null']), description: 'The newest refund; null if there is none.' },
}

const known = {
  id: string('Id of the payment.', { format: 'uuid' }),
  wire: string('How it was paid: "x402 v2", "mpp evm", …'),
  scheme: string('exact, upto or charge.'),
  payer: string('The wallet that paid.'),
  payTo: string('The address that was paid.'),
  createdAt: string('ISO 8601.'),
  deliveredAt: orNull('ISO 8601.'),
  answerUntil: orNull(
    'Until then the same request with the same credential gets its answer again. Null: the answer is not stored.',
  ),
  reason: orNull('Why it was voided, refunded or failed.'),
  resource: {
    type: ['object', 'null'],
    description: 'The resource that was bought; null if another server sold it.',
    properties: {
      merchant: { type: 'string' },
      method: { type: 'string' },
      path: { type: 'string' },
      name: { type: 'string' },
    },
  },
  receipt: {
    type: 'array',
    description: 'Headers of the paid answer that prove the payment, each [name, value].',
    items: { type: 'array', items: { type: 'string' } },
  },
}

const quotes = {
  get: {
    summary: 'What a request costs now',
    description:
      'Needs no key. Returns the public price of a 402 as of now, or at most a minute ago. It does not include prices for wallets that sign in.',
    security: [],
    parameters: [
      query('url', 'The address to call, with its query. Instead of it:'),
      query('resource', 'The id of a resource.'),
      query('method', 'Needed if several methods are sold at this address.'),
    ],
    responses: {
      '200': answer('The price and all ways to pay it.', ref('Quote')),
      ...refused({ '404': 'Nothing is sold there.', '422': 'A parameter is wrong (bad-input, with errors).' }),
    },
  },
}

const payment = {
  get: {
    summary: 'Status of a payment',
    description:
      'Needs no key; meant for agents that lost an answer. Sluice’s id of a payment is known only to payer and seller: it returns the purchase and its receipt. An agent’s own id can be guessed, and a hash or a nonce can be read from the chain: these return only the status of the money. This endpoint never returns the paid answer: to get it, send the same request with the same credential. With an API key of scope payments:read it returns everything that the dashboard shows, for the merchant’s own payments. All callers without a key together may send 200 requests per second to a process.',
    security: [{}, { apiKey: [] }],
    parameters: [
      {
        name: 'id',
        in: 'path',
        required: true,
        description:
          'Sluice’s id (the header Sluice-Payment); the agent’s own id (x402’s payment-identifier), with merchant; a transaction hash; a nonce, with payer; or eip3009|{network}|{token}|{payer}|{nonce}.',
        schema: { type: 'string' },
      },
      query('merchant', 'Slug of the merchant. Needed with the agent’s own id, which is unique per merchant.'),
      query(
        'payer',
        'The wallet that signed the nonce. With the hash of a transaction with several payments: the payer of the payment.',
      ),
    ],
    responses: {
      '200': answer('The payment; for a hash or a nonce, which can match several payments, a list.', {
        oneOf: [
          ref('Payment'),
          ref('PaymentStatus'),
          { type: 'object', properties: { payments: { type: 'array', items: ref('PaymentStatus') } } },
        ],
      }),
      ...refused({
        '401': 'The API key is not valid.',
        '403': 'The key lacks the scope (missingScope).',
        '404': 'There is no such payment, or it is another merchant’s.',
        '422': 'The id has no known form, or a parameter is missing (bad-input, with errors).',
        '429': 'Too many requests (rate-limited).',
      }),
    },
  },
}

const quote = {
  type: 'object',
  properties: {
    resource: {
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid' },
        merchant: { type: 'string' },
        method: { type: 'string' },
        url: string('The address of the resource; :name stands for a value.'),
        name: { type: 'string' },
      },
    },
    free: { type: 'boolean' },
    price: string('Dollars: the highest possible charge.'),
    metered: { type: 'boolean', description: 'True if the charge is known only after the answer.' },
    reasons: { type: 'array', items: { type: 'string' }, description: 'The parts of the price, in words.' },
    offers: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          protocol: { type: 'string', enum: ['x402', 'mpp'] },
          method: string('x402’s scheme, MPP’s method.'),
          intent: { type: 'string' },
          network: string('CAIP-2.'),
          asset: string('Address of the token.'),
          symbol: { type: 'string' },
          amount: string('Base units of the token.'),
          inWords: { type: 'string' },
        },
      },
    },
    heldForSeconds: { type: 'integer', description: 'Seconds for which the price of a 402 of now is held.' },
  },
}

export const paths = { '/quotes': quotes, '/payments/{id}': payment }

export const schemas = {
  Quote: quote,
  PaymentStatus: { type: 'object', properties: status },
  Payment: { type: 'object', properties: { ...status, ...known } },
}
