import { env } from '../env'
import { servedEvmNetworks, submissions, urgencies } from '@/lib/chains'
import { Transaction } from '@/lib/execution'
import { ExecutionPolicy } from '@/lib/policies'
import { callsMax } from './ExecutionRequest'
import * as TransactionSchema from './TransactionSchema'

/** Other paths and schemas of the same document. */
type Beside = { paths: Record<string, object>; schemas: Record<string, object> }

/** The OpenAPI 3.1 document of the API below /api/v1: transactions, and the paths in `beside`. */
export function openApi(beside: Beside = { paths: {}, schemas: {} }): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice API',
      version: '1',
      description:
        'Ask for on-chain transactions under a policy, and follow them to their final block; ask what requests cost and what became of payments. Wei, gas and block numbers are decimal strings; times are ISO 8601 in UTC. Errors are problem+json (RFC 9457), and each has a page below /docs/errors.',
    },
    servers: [{ url: `${env.PUBLIC_URL}/api/v1` }],
    security: [{ apiKey: [] }],
    paths: {
      '/transactions': { post: ask, get: list },
      '/transactions/simulate': { post: simulate },
      '/transactions/{id}': { parameters: [id], get: read },
      '/transactions/{id}/events': { parameters: [id], get: events },
      '/transactions/{id}/cancel': { parameters: [id], post: cancel },
      '/transactions/{id}/speed-up': { parameters: [id], post: speedUp },
      ...beside.paths,
    },
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key, "sk_…", made in the dashboard. Each operation names the scope that it needs. A key may send 50 requests a second to a process, 200 at once.',
        },
      },
      schemas: {
        Request: requestSchema(),
        Call: { type: 'object', ...callSchema, additionalProperties: false },
        Transaction: TransactionSchema.transaction,
        Problem: problem,
        ...beside.schemas,
      },
    },
  }
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const string = (description: string, more: object = {}) => ({ type: 'string', description, ...more })
const json = (schema: object) => ({ 'application/json': { schema } })

const wei = {
  description: 'Wei: text, decimal or 0x hex. A JSON number only where JavaScript holds it exactly.',
  type: ['string', 'integer'],
}

const callSchema = {
  required: ['to'],
  properties: {
    to: string('Address called.', { pattern: '^0x[0-9a-fA-F]{40}$' }),
    data: string('Call data. Instead of abi, function and args.', { pattern: '^0x([0-9a-fA-F]{2})*$' }),
    abi: {
      type: 'array',
      description:
        'JSON items, or lines such as "function transfer(address to, uint256 amount)". Its errors decode reverts.',
    },
    function: string('Name of the function, or its signature where the ABI has several of that name.'),
    args: {
      type: 'array',
      description: 'Whole numbers as text, tuples as objects or lists.',
    },
    value: { ...wei, default: '0' },
  },
}

/** A function, because the networks come from the environment. */
function requestSchema() {
  return {
    type: 'object',
    description: `One call, or up to ${callsMax} in \`calls\`: simulated together, sent in their order by one signer, stopped at the first failure.`,
    required: ['network'],
    properties: {
      network: string('CAIP-2.', { enum: servedEvmNetworks() }),
      ...callSchema.properties,
      calls: { type: 'array', items: ref('Call'), minItems: 1, maxItems: callsMax },
      urgency: { type: 'string', enum: urgencies, default: 'standard' },
      deadline: {
        description:
          'ISO 8601 with zone, or whole seconds from now. Afterwards it is given up: expired when nothing was signed, else cancelled on chain.',
        type: ['string', 'integer'],
      },
      maxFee: {
        ...wei,
        description:
          'Most that one transaction may cost in fees, wei; the policy’s when absent. It waits rather than pay more.',
      },
      submission: { type: 'string', enum: submissions, description: 'The policy’s first when absent.' },
      finality: {
        type: 'string',
        enum: ExecutionPolicy.finalities,
        description: 'From when on its outcome counts; the policy’s when absent.',
      },
      signer: string('One of the server’s signers; the least busy one when absent.'),
      callbackUrl: string('Told about every change of state.', { format: 'uri' }),
      idempotencyKey: string('As the header Idempotency-Key. Kept for ever.', { maxLength: 255 }),
    },
    additionalProperties: false,
  }
}

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'retryable'],
  properties: {
    type: string('Its page.', { format: 'uri' }),
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: string('What happened and what to do.'),
    code: string('Stable; the last part of the page.'),
    retryable: { type: 'boolean' },
    errors: {
      type: 'array',
      description: 'Each refused field with the way out.',
      items: {
        type: 'object',
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
}

const refusals: Record<string, string> = {
  '400': 'No JSON.',
  '401': 'No good API key.',
  '403': 'The key lacks the scope (missingScope), or the policy does not allow it (policy-refused, with rules).',
  '404': 'No such transaction, or another merchant’s.',
  '409': 'idempotency-conflict with the original, or not-cancellable, or not-possible.',
  '422': 'A field is wrong (bad-input, with errors), or it would revert (simulation-reverted, with the simulation).',
  '429': 'A daily cap is reached (cap-exceeded, with rules), or the key sends too many requests (rate-limited).',
  '503': 'The chain or the database cannot be reached: nothing was signed or sent.',
}

const refused = (...statuses: string[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: refusals[status], content: { 'application/problem+json': { schema: ref('Problem') } } },
    ]),
  )

const one = (description: string) => ({ description, content: json(ref('Transaction')) })

const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }
const body = { required: true, content: json(ref('Request')) }
const query = (name: string, description: string) => ({ name, in: 'query', description, schema: { type: 'string' } })

const ask = {
  summary: 'Ask for a transaction, or several in order',
  description: 'Scope transactions:write. A refused request uses no idempotency key up.',
  parameters: [
    {
      name: 'Idempotency-Key',
      in: 'header',
      description: 'The same key with the same request gives the same transaction, for ever; with another one 409.',
      schema: { type: 'string', maxLength: 255 },
    },
  ],
  requestBody: body,
  responses: {
    '202': {
      ...one('Accepted and on its way; of several, the first, whose intent names all.'),
      headers: { Location: { schema: { type: 'string' } } },
    },
    '200': {
      ...one('The transaction that this key already stands for.'),
      headers: { 'Idempotent-Replay': { schema: { type: 'string', const: 'true' } } },
    },
    ...refused('400', '401', '403', '409', '422', '429', '503'),
  },
}

const simulate = {
  summary: 'What would become of a request now',
  description: 'Scope transactions:read. Changes nothing, and counts against no cap.',
  requestBody: body,
  responses: {
    '200': {
      description: 'The decision of the policy and what each call would do, up to the first that would revert.',
      content: json({
        type: 'object',
        properties: {
          ok: { type: 'boolean', description: 'Allowed, and nothing reverts.' },
          from: string('The signer that it was simulated for.'),
          policy: TransactionSchema.policy,
          decision: TransactionSchema.decision,
          simulations: { type: 'array', items: TransactionSchema.simulation },
        },
      }),
    },
    ...refused('400', '401', '403', '422', '429', '503'),
  },
}

const list = {
  summary: 'The merchant’s transactions, newest first',
  description: 'Scope transactions:read.',
  parameters: [
    query('status', `Several with commas: ${Transaction.statuses.join(', ')}.`),
    query('network', 'CAIP-2.'),
    query('intent', 'Those of one request.'),
    query('idempotencyKey', 'Those of the request with this key.'),
    query('from', 'UTC day, 2026-11-22.'),
    query('to', 'UTC day, included.'),
    query('size', '25, 50 or 100.'),
    query('after', 'Cursor: older ones.'),
    query('before', 'Cursor: newer ones.'),
  ],
  responses: {
    '200': {
      description: 'A page, and the cursors of its neighbours.',
      content: json({
        type: 'object',
        properties: {
          transactions: { type: 'array', items: ref('Transaction') },
          total: { type: 'integer', description: 'How many match: 10001 stands for that or more.' },
          after: { type: ['string', 'null'] },
          before: { type: ['string', 'null'] },
        },
      }),
    },
    ...refused('401', '403', '422', '429'),
  },
}

const read = {
  summary: 'One transaction',
  description: 'Scope transactions:read.',
  responses: { '200': one('Where it stands.'), ...refused('401', '403', '404', '429') },
}

const events = {
  summary: 'What happened, and what happens from now on',
  description:
    'Scope transactions:read. Server-sent events until the transaction has ended: id is the position in the audit trail, event the type, data { seq, at, type, meaning, status, data }.',
  parameters: [
    {
      name: 'Last-Event-ID',
      in: 'header',
      description: 'Resumes behind this event; ?after= does the same.',
      schema: { type: 'string' },
    },
  ],
  responses: {
    '200': { description: 'A stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
    '204': { description: 'It has ended and nothing came after that event: do not ask again.' },
    ...refused('401', '403', '404', '429'),
  },
}

const cancel = {
  summary: 'Give a transaction up',
  description: 'Scope transactions:write. May be called twice.',
  responses: {
    '200': one('It never ran and never will.'),
    '202': one('Something else is signed for its nonce: the status tells which of the two the chain took.'),
    ...refused('401', '403', '404', '409', '429'),
  },
}

const speedUp = {
  summary: 'Replace a transaction with higher fees now',
  description: 'Scope transactions:write. Its fee cap still holds.',
  responses: { '202': one('Requested.'), ...refused('401', '403', '404', '409', '429') },
}
