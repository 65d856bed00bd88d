import { settledBalances } from './balances'
import type { InvoiceRecord, PaymentRecord } from './book'
import type { Answer, Handler, Request } from './http'
import { balanceShape, channelShape, infoShape, invoiceShape, paymentShape } from './lnd-shapes'
import type { SandboxNode } from './node'
import { addInvoice, beginPayment, cancelInvoice, LndRefusal, paymentEnd, settleInvoice } from './pay'

type Call = { node: SandboxNode; request: Request; body: Record<string, unknown>; argument: string }

/** The paths of LND's REST gateway that a shop and a wallet use. `{}` is one part of the path. */
const routes: Record<string, (call: Call) => Promise<Answer> | Answer> = {
  'GET /v1/getinfo': async ({ node }) => json(infoShape(node, await settledBalances(node))),
  'GET /v1/balance/channels': async ({ node }) => json(balanceShape(await settledBalances(node))),
  'GET /v1/channels': async ({ node }) => json({ channels: (await settledBalances(node)).map(channelShape) }),
  'POST /v1/invoices': ({ node, body }) => json(added(addInvoice(node, invoiceWish(body)))),
  'GET /v1/invoices': listInvoices,
  'GET /v1/invoices/subscribe': subscribe,
  'GET /v1/invoice/{}': ({ node, argument }) => json(invoiceShape(invoiceAt(node, argument))),
  'POST /v2/invoices/hodl': ({ node, body }) =>
    json(added(addInvoice(node, { ...invoiceWish(body), hash: bytesOf(body.hash).toString('hex') }))),
  'POST /v2/invoices/settle': ({ node, body }) => {
    settleInvoice(node, bytesOf(body.preimage))
    return json({})
  },
  'POST /v2/invoices/cancel': ({ node, body }) => {
    cancelInvoice(node, bytesOf(body.payment_hash).toString('hex'))
    return json({})
  },
  'POST /v2/router/send': sendPayment,
  'GET /v2/router/track/{}': trackPayment,
  'GET /v1/payments': listPayments,
}

const isStream = (path: string) => path.startsWith('/v2/router/') || path === '/v1/invoices/subscribe'

/** Answers in the words of LND's REST gateway. Every call needs the node's macaroon. */
export function lndRest(node: SandboxNode): Handler {
  return async (request) => {
    try {
      const macaroon = request.headers['grpc-metadata-macaroon']
      if (macaroon === undefined) throw new LndRefusal(2, 'expected 1 macaroon, got 0')
      if (macaroon !== macaroonOf(node))
        throw new LndRefusal(2, 'verification failed: signature mismatch after caveat verification')
      for (const [route, run] of Object.entries(routes)) {
        const argument = matchRoute(route, request)
        if (argument === undefined) continue
        const body = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>)
        return await run({ node, request, body, argument })
      }
      throw new LndRefusal(5, 'Not Found')
    } catch (error) {
      const code = error instanceof LndRefusal ? error.code : 2
      const status = { code, message: error instanceof Error ? error.message : String(error), details: [] }
      return { status: httpStatus[code] ?? 500, json: isStream(request.path) ? { error: status } : status }
    }
  }
}

/** What this node takes as its macaroon, hex. */
export const macaroonOf = (node: SandboxNode): string => `0201036c6e6402${node.secret}`

/** gRPC's codes over HTTP. */
const httpStatus: Record<number, number> = { 3: 400, 5: 404, 6: 409 }

function matchRoute(route: string, { method, path }: Request): string | undefined {
  const [verb, pattern = ''] = route.split(' ')
  if (verb !== method) return undefined
  if (!pattern.endsWith('{}')) return pattern === path ? '' : undefined
  const prefix = pattern.slice(0, -2)
  return path.startsWith(prefix) && !path.slice(prefix.length).includes('/') ? path.slice(prefix.length) : undefined
}

const json = (value: unknown): Answer => ({ status: 200, json: value })

/** Bytes of a request: base64 or base64url. */
const bytesOf = (value: unknown) => Buffer.from(typeof value === 'string' ? value : '', 'base64')

const integerOf = (value: unknown): bigint | undefined =>
  value === undefined || value === null || value === '' ? undefined : BigInt(value as string | number)

function invoiceWish(body: Record<string, unknown>) {
  const sat = integerOf(body.value) ?? 0n
  const msat = integerOf(body.value_msat) ?? 0n
  if (sat !== 0n && msat !== 0n) throw new LndRefusal(2, 'only one of the fields value and value_msat can be set')
  const valueMsat = sat === 0n ? msat : sat * 1000n
  if (valueMsat < 0n) throw new LndRefusal(2, `payments of negative value are not allowed, value is ${valueMsat}`)
  const preimage = body.r_preimage === undefined ? undefined : bytesOf(body.r_preimage)
  if (preimage && preimage.length !== 32)
    throw new LndRefusal(2, `invalid preimage length of ${preimage.length}, want 32`)
  return {
    valueMsat,
    memo: typeof body.memo === 'string' ? body.memo : '',
    expirySeconds: Number(integerOf(body.expiry) || 86_400n),
    isPrivate: body.private === true,
    ...(preimage && { preimage }),
  }
}

function added(invoice: InvoiceRecord) {
  const { r_hash, payment_request, add_index, payment_addr } = invoiceShape(invoice)
  return { r_hash, payment_request, add_index, payment_addr }
}

function invoiceAt(node: SandboxNode, hash: string): InvoiceRecord {
  if (!/^([0-9a-f]{2})*$/i.test(hash)) throw new LndRefusal(3, 'invalid r_hash_str')
  if (hash.length !== 64)
    throw new LndRefusal(2, `payment hash must be exactly 32 bytes, is instead ${hash.length / 2}`)
  const invoice = node.book.invoice(hash.toLowerCase())
  if (!invoice) throw new LndRefusal(5, 'unable to locate invoice')
  return invoice
}

/** One page of rows by their index, as LND cuts it. */
function pageOf<Row>(rows: readonly Row[], indexOf: (row: Row) => number, query: URLSearchParams, max: number): Row[] {
  const offset = Number(query.get('index_offset') ?? 0)
  if (query.get('reversed') === 'true') return rows.filter((row) => offset === 0 || indexOf(row) < offset).slice(-max)
  return rows.filter((row) => indexOf(row) > offset).slice(0, max)
}

function listInvoices({ node, request: { query } }: Call): Answer {
  const isPending = query.get('pending_only') === 'true'
  const from = Number(query.get('creation_date_start') ?? 0)
  const rows = node.book
    .invoices()
    .filter((invoice) => invoice.createdAt >= from && (!isPending || /OPEN|ACCEPTED/.test(invoiceShape(invoice).state)))
  const page = pageOf(rows, ({ addIndex }) => addIndex, query, Number(query.get('num_max_invoices') ?? 100))
  return json({
    invoices: page.map(invoiceShape),
    last_index_offset: String(page.at(-1)?.addIndex ?? 0),
    first_index_offset: String(page[0]?.addIndex ?? 0),
  })
}

function listPayments({ node, request: { query } }: Call): Answer {
  const isWhole = query.get('include_incomplete') === 'true'
  const rows = node.book.payments().filter(({ status }) => isWhole || status === 'SUCCEEDED')
  const page = pageOf(rows, ({ index }) => index, query, Number(query.get('max_payments') ?? 100))
  return json({
    payments: page.map(paymentShape),
    first_index_offset: String(page[0]?.index ?? 0),
    last_index_offset: String(page.at(-1)?.index ?? 0),
    total_num_payments: '0',
  })
}

/** Sends what came after the given indexes, then every invoice that is added or settled. */
function subscribe({ node, request: { query, signal } }: Call): Answer {
  const addIndex = Number(query.get('add_index') ?? 0)
  const settleIndex = Number(query.get('settle_index') ?? 0)
  const missed = [
    ...(addIndex > 0 ? node.book.invoices().filter((invoice) => invoice.addIndex > addIndex) : []),
    ...(settleIndex > 0
      ? node.book
          .invoices()
          .filter((invoice) => invoice.settleIndex > settleIndex)
          .sort((a, b) => a.settleIndex - b.settleIndex)
      : []),
  ]
  const queue = [...missed]
  let wake = () => {}
  const onInvoice = (invoice: InvoiceRecord) => {
    if (invoice.state !== 'OPEN' && invoice.state !== 'SETTLED') return
    queue.push(invoice)
    wake()
  }
  node.book.events.on('invoice', onInvoice)
  signal.addEventListener('abort', () => {
    node.book.events.off('invoice', onInvoice)
    wake()
  })
  async function* lines() {
    while (!signal.aborted) {
      for (const invoice of queue.splice(0)) yield { result: invoiceShape(invoice) }
      if (queue.length === 0 && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return { status: 200, lines: lines() }
}

function sendPayment({ node, body, request }: Call): Answer {
  const amountSat = integerOf(body.amt) ?? 0n
  const amountMsat = (integerOf(body.amt_msat) ?? 0n) || amountSat * 1000n
  const feeSat = integerOf(body.fee_limit_sat) ?? 0n
  const payment = beginPayment(node, {
    bolt11: typeof body.payment_request === 'string' ? body.payment_request : '',
    ...(amountMsat > 0n && { amountMsat }),
    maxFeeMsat: (integerOf(body.fee_limit_msat) ?? 0n) || feeSat * 1000n,
    timeoutSeconds: Number(integerOf(body.timeout_seconds) || 60n),
  })
  return { status: 200, lines: updates(node, payment, body.no_inflight_updates === true, request.signal) }
}

function trackPayment({ node, argument, request }: Call): Answer {
  const payment = node.book.payment(Buffer.from(argument, 'base64url').toString('hex'))
  if (!payment) throw new LndRefusal(5, "payment isn't initiated")
  return {
    status: 200,
    lines: updates(node, payment, request.query.get('no_inflight_updates') === 'true', request.signal),
  }
}

async function* updates(node: SandboxNode, payment: PaymentRecord, isQuiet: boolean, signal: AbortSignal) {
  if (payment.status === 'IN_FLIGHT' && !isQuiet) yield { result: paymentShape(payment) }
  const end = await paymentEnd(node, payment.hash, signal)
  if (end && end.status !== 'IN_FLIGHT') yield { result: paymentShape(end) }
}
