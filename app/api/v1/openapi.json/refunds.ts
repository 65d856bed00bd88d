/** The OpenAPI of refunds. */

const string = (description: string, more: object = {}) => ({ type: 'string', description, ...more })
const orNull = (description: string) => ({ type: ['string', 'null'], description })
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const inPath = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', format: 'uuid' },
})
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
})
const refunded = (description: string) => ({ description, content: { 'application/json': { schema: ref('Refund') } } })

const refused = {
  '401': problem('The API key is not valid.'),
  '403': problem('The key lacks the scope refunds:write, or names another address than the payer’s (not-allowed).'),
  '404': problem('There is no such payment or refund, or it is another merchant’s.'),
  '409': problem('The payment or refund does not allow it now (not-refundable); the detail says why.'),
  '422': problem('A field is wrong (bad-input, with errors): such as more than is left of the payment.'),
}

const create = {
  parameters: [inPath('id', 'Sluice’s id of the payment.')],
  post: {
    summary: 'Refund a payment',
    description:
      'Needs the scope refunds:write. Returns a delivered, settled payment to its payer in full or in part; several parts together are never more than the payment. The refund wallet of the server pays it, where its operator allows that, or a wallet of the merchant does: send the transfer yourself and name its hash. Payments over sessions have no refunds: close their channel.',
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: true,
        description:
          'Yours, once for each refund of a payment. The same key with the same body returns the same refund.',
        schema: { type: 'string', maxLength: 255 },
      },
    ],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['reason'],
            additionalProperties: false,
            properties: {
              amountBase: string('Base units of the token. Without amountBase and amount: everything that is left.'),
              amount: string('Instead of amountBase: decimal units of the token, such as "0.01".'),
              reason: string('Why the money goes back. The payer sees it.', { maxLength: 500 }),
              wallet: string('Your wallet that sends it. Without it the refund wallet of the server pays.'),
            },
          },
        },
      },
    },
    responses: {
      '201': refunded('The refund is owed.'),
      '200': {
        ...refunded('The refund of an earlier request with this key.'),
        headers: { 'Idempotent-Replay': { schema: { type: 'string', const: 'true' } } },
      },
      ...refused,
    },
  },
}

const ids = [inPath('id', 'Sluice’s id of the payment.'), inPath('refund', 'Id of the refund.')]

const transfer = {
  parameters: ids,
  post: {
    summary: 'Name the transfer of your wallet',
    description:
      'Needs the scope refunds:write. The chain is asked whether the transaction contains exactly the transfer: token, sender, receiver and amount. One transfer pays one refund. The refund is paid when the block is final.',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['hash'],
            properties: { hash: string('The transaction hash; on Solana the signature.') },
          },
        },
      },
    },
    responses: { '200': refunded('The refund, sent or paid.'), ...refused },
  },
}

const cancel = {
  parameters: ids,
  post: {
    summary: 'Withdraw a refund',
    description: 'Needs the scope refunds:write. Possible while nothing was sent for it. Twice is once.',
    responses: { '200': refunded('The refund, cancelled.'), ...refused },
  },
}

const refund = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    paymentId: { type: 'string', format: 'uuid' },
    createdAt: string('ISO 8601.'),
    paidAt: orNull('ISO 8601.'),
    kind: string('engine: owed because no answer was given. member: requested.', { enum: ['engine', 'member'] }),
    source: string('signer: the refund wallet of the server. wallet: yours.', { enum: ['signer', 'wallet'] }),
    status: string('due, sent, paid, or cancelled before anything was sent.', {
      enum: ['due', 'sent', 'paid', 'cancelled'],
    }),
    reason: string('Why the money goes back.'),
    heldReason: orNull('Why it is not sent or booked yet.'),
    network: { type: 'object', description: 'The network, by its CAIP-2 id and its name.' },
    token: { type: 'object', description: 'Address, symbol and decimals of the token.' },
    amountBase: string('Base units.'),
    to: string('The address that gets the money.'),
    wallet: orNull('Your wallet that pays it; null if the refund wallet of the server does.'),
    requestedBy: orNull('The member or key that requested it; null if the engine owes it.'),
    txHash: orNull('The transaction that paid it, or that is looked for.'),
    blockNumber: orNull('The block in which the transfer of your wallet was seen.'),
    transactionId: orNull('The transaction of this server that pays it.'),
  },
}

export const refundPaths = {
  '/payments/{id}/refunds': create,
  '/payments/{id}/refunds/{refund}/transfer': transfer,
  '/payments/{id}/refunds/{refund}/cancel': cancel,
}

export const refundSchemas = { Refund: refund }
