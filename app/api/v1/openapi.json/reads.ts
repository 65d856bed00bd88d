/** What /api/v1 tells without being asked to do anything, as OpenAPI: prices, and what became of payments. */

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

const status = {
  status: string('Was it earned?', { enum: ['authorized', 'delivered', 'voided', 'refund_due', 'refunded'] }),
  settlement: string('Did the money move?', { enum: ['none', 'pending', 'settled', 'failed'] }),
  network: string('CAIP-2.'),
  asset: string('Address of the token.'),
  amountBase: string('What is charged, base units of the token.'),
  transaction: orNull('The transaction that moved the money, or that was sent last to do so.'),
  logIndex: { type: ['integer', 'null'], description: 'Of the transfer in it, once it was seen.' },
  settledAt: orNull('ISO 8601.'),
  refund: {
    type: ['object', 'null'],
    description: 'What goes back, or went.',
    properties: {
      status: { type: 'string', enum: ['due', 'sent', 'paid'] },
      amountBase: { type: 'string' },
      transaction: { type: ['string', 'null'] },
    },
  },
}

const known = {
  id: string('Our id of it.', { format: 'uuid' }),
  wire: string('How it was paid: "x402 v2", "mpp evm", …'),
  scheme: string('exact, upto or charge.'),
  payer: string('The wallet that paid.'),
  payTo: string('Who was paid.'),
  createdAt: string('ISO 8601.'),
  deliveredAt: orNull('ISO 8601.'),
  answerUntil: orNull(
    'Until then the same request with the same credential gets its answer again. Null: it is not kept.',
  ),
  reason: orNull('Why it was voided, refunded or failed.'),
  resource: {
    type: ['object', 'null'],
    description: 'What it bought; null where another server sold it.',
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
      'Needs no key. What a 402 that is asked for now would say, to whoever asks; it may be a minute old. Prices for wallets that sign in are not in it.',
    security: [],
    parameters: [
      query('url', 'The address that is to be called, with its query. Or:'),
      query('resource', 'The id of a resource.'),
      query('method', 'Where several are sold at this address.'),
    ],
    responses: {
      '200': answer('Its price and every way to pay it.', ref('Quote')),
      ...refused({ '404': 'Nothing is sold there.', '422': 'A parameter is wrong (bad-input, with errors).' }),
    },
  },
}

const payment = {
  get: {
    summary: 'What became of a payment',
    description:
      'Without a key, for agents that lost an answer. Our id of a payment is known to those who paid and sold: it tells what was bought, with its receipt. The agent’s own id can be guessed, and a hash, with a settled transfer its nonce too, can be read from the chain by everybody: they tell only what became of the money. Nobody gets an answer here: that takes the same request with the same credential. With an API key of scope payments:read it is all that the dashboard shows, of the merchant’s own payments. All callers without a key together may send 200 requests a second to a process.',
    security: [{}, { apiKey: [] }],
    parameters: [
      {
        name: 'id',
        in: 'path',
        required: true,
        description:
          'Our id (the header Sluice-Payment); the agent’s own id (x402’s payment-identifier), with merchant; a transaction hash; a nonce, with payer; or eip3009|{network}|{token}|{payer}|{nonce}.',
        schema: { type: 'string' },
      },
      query('merchant', 'Slug of the merchant, with the agent’s own id: it is one per merchant.'),
      query(
        'payer',
        'The wallet that signed the nonce, or whose payment is meant of a transaction that carries several.',
      ),
    ],
    responses: {
      '200': answer('The payment; for a hash or a nonce, which can stand for several, the list of them.', {
        oneOf: [
          ref('Payment'),
          ref('PaymentStatus'),
          { type: 'object', properties: { payments: { type: 'array', items: ref('PaymentStatus') } } },
        ],
      }),
      ...refused({
        '401': 'The API key that was sent is not good.',
        '403': 'The key lacks the scope (missingScope).',
        '404': 'There is no such payment, or it is another merchant’s.',
        '422': 'It is no such key, or something is missing beside it (bad-input, with errors).',
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
        url: string('Where it is called; :names stand for values.'),
        name: { type: 'string' },
      },
    },
    free: { type: 'boolean' },
    price: string('Dollars: the most that is charged.'),
    metered: { type: 'boolean', description: 'What is charged is known when the answer is there.' },
    reasons: { type: 'array', items: { type: 'string' }, description: 'How the price comes about.' },
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
    heldForSeconds: { type: 'integer', description: 'For how long a 402 that is asked for now holds its price.' },
  },
}

export const paths = { '/quotes': quotes, '/payments/{id}': payment }

export const schemas = {
  Quote: quote,
  PaymentStatus: { type: 'object', properties: status },
  Payment: { type: 'object', properties: { ...status, ...known } },
}
