import { settledBalances, type ChannelBalance } from './balances'
import { isExpired, type InvoiceRecord, type PaymentRecord } from './book'
import type { Answer, Handler, Request } from './http'
import type { SandboxNode } from './node'
import { addInvoice, beginPayment, LndRefusal, paymentEnd } from './pay'

type Call = { node: SandboxNode; query: URLSearchParams; form: URLSearchParams; argument: string; signal: AbortSignal }

const routes: Record<string, (call: Call) => Promise<Answer> | Answer> = {
  'GET /getinfo': async ({ node }) =>
    json({
      nodeId: node.id,
      channels: (await settledBalances(node)).map(channelOf),
      chain: 'regtest',
      blockHeight: node.chain.height(),
      version: 'sandbox (LDK behind the words of phoenixd)',
    }),
  'GET /getbalance': async ({ node }) =>
    json({ balanceSat: spendableSat(await settledBalances(node)), feeCreditSat: 0 }),
  'POST /createinvoice': ({ node, form }) => createInvoice(node, form),
  'GET /payments/incoming': ({ node, query }) => listIncoming(node, query),
  'GET /payments/incoming/{}': ({ node, argument }) => {
    const invoice = node.book.invoice(argument)
    return invoice ? json(incomingOf(invoice)) : notFound
  },
  'GET /payments/outgoingbyhash/{}': ({ node, argument }) => {
    const payment = node.book.payment(argument)
    return payment ? json(outgoingOf(payment)) : notFound
  },
  'POST /payinvoice': payInvoice,
}

/** Answers in the words of phoenixd's HTTP API: forms in, JSON out, errors as text, password by basic authentication. */
export function phoenixd(node: SandboxNode): Handler {
  return async (request) => {
    const expected = `Basic ${Buffer.from(`:${passwordOf(node)}`).toString('base64')}`
    if (request.headers.authorization !== expected)
      return text(401, 'Invalid authentication (use basic auth with the http password set in phoenix.conf)')
    for (const [route, run] of Object.entries(routes)) {
      const argument = argumentOf(route, request)
      if (argument === undefined) continue
      try {
        const form = new URLSearchParams(request.body)
        return await run({ node, query: request.query, form, argument, signal: request.signal })
      } catch (error) {
        return text(400, error instanceof Error ? error.message : String(error))
      }
    }
    return text(404, 'Unknown endpoint (check api doc)')
  }
}

/** What this node takes as its HTTP password. */
export const passwordOf = (node: SandboxNode): string => node.secret

const json = (value: unknown): Answer => ({ status: 200, json: value })
const text = (status: number, words: string): Answer => ({ status, text: words })
const notFound = text(404, 'Not found')

function argumentOf(route: string, { method, path }: Request): string | undefined {
  const [verb, pattern = ''] = route.split(' ')
  if (verb !== method) return undefined
  if (!pattern.endsWith('{}')) return pattern === path ? '' : undefined
  const prefix = pattern.slice(0, -2)
  return path.startsWith(prefix) ? path.slice(prefix.length) : undefined
}

function spendableSat(channels: ChannelBalance[]): number {
  return channels.reduce((sum, channel) => sum + Number(spendable(channel)), 0)
}

const spendable = ({ localSat, localReserveSat }: ChannelBalance) =>
  localSat > localReserveSat ? localSat - localReserveSat : 0n

function channelOf(channel: ChannelBalance) {
  const { remoteSat, remoteReserveSat } = channel
  return {
    state: channel.isUsable ? 'Normal' : 'Offline',
    channelId: channel.channelId,
    balanceSat: Number(spendable(channel)),
    inboundLiquiditySat: Number(remoteSat > remoteReserveSat ? remoteSat - remoteReserveSat : 0n),
    capacitySat: Number(channel.capacitySat),
    fundingTxId: channel.channelPoint.split(':')[0],
  }
}

function createInvoice(node: SandboxNode, form: URLSearchParams): Answer {
  const memo = form.get('description')
  if (memo === null) return text(400, 'Must provide either a description or descriptionHash')
  if (memo.length > 128) return text(400, 'Request parameter description is too long (max 128 characters)')
  const amountSat = form.get('amountSat')
  const externalId = form.get('externalId')
  const invoice = addInvoice(node, {
    valueMsat: BigInt(amountSat ?? 0) * 1000n,
    memo,
    expirySeconds: Number(form.get('expirySeconds') ?? 3_600),
    ...(externalId !== null && { externalId }),
  })
  return json({
    ...(amountSat !== null && { amountSat: Number(amountSat) }),
    paymentHash: invoice.hash,
    serialized: invoice.bolt11,
  })
}

/** phoenixd leaves out what is null. */
function incomingOf(invoice: InvoiceRecord) {
  const isPaid = invoice.state === 'SETTLED'
  return {
    subType: 'lightning',
    paymentHash: invoice.hash,
    preimage: invoice.preimage,
    ...(invoice.externalId !== undefined && { externalId: invoice.externalId }),
    description: invoice.memo,
    invoice: invoice.bolt11,
    isPaid,
    isExpired: isExpired(invoice),
    ...(invoice.valueMsat !== '0' && { requestedSat: Number(BigInt(invoice.valueMsat) / 1000n) }),
    receivedSat: isPaid ? Number(BigInt(invoice.paidMsat) / 1000n) : 0,
    fees: 0,
    expiresAt: (invoice.createdAt + invoice.expirySeconds) * 1000,
    ...(isPaid && { completedAt: invoice.settledAtMs }),
    createdAt: invoice.createdAt * 1000,
  }
}

function outgoingOf(payment: PaymentRecord) {
  return {
    subType: 'lightning',
    paymentId: idOf(payment),
    paymentHash: payment.hash,
    ...(payment.preimage !== undefined && { preimage: payment.preimage }),
    isPaid: payment.status === 'SUCCEEDED',
    sent: Number(BigInt(payment.valueMsat) / 1000n),
    fees: Number(payment.feeMsat),
    invoice: payment.bolt11,
    ...(payment.status !== 'IN_FLIGHT' && { completedAt: payment.endedAtMs }),
    createdAt: payment.createdAtMs,
  }
}

const idOf = ({ hash }: PaymentRecord) => hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5')

/** Newest first; `from` and `to` bound the time of the payment, or with `all` that of the invoice. */
function listIncoming(node: SandboxNode, query: URLSearchParams): Answer {
  const number = (name: string, fallback: number) => Number(query.get(name) ?? fallback)
  const isAll = query.get('all') === 'true'
  const timeOf = (invoice: InvoiceRecord) => (isAll ? invoice.createdAt * 1000 : invoice.settledAtMs)
  const [from, to] = [number('from', 0), number('to', Date.now())]
  const rows = node.book
    .invoices()
    .filter((invoice) => (isAll || invoice.state === 'SETTLED') && timeOf(invoice) >= from && timeOf(invoice) <= to)
    .sort((a, b) => timeOf(b) - timeOf(a))
  const offset = number('offset', 0)
  return json(rows.slice(offset, offset + number('limit', 20)).map(incomingOf))
}

/** Answers when the payment has ended, well or not: both are 200. */
async function payInvoice({ node, form, signal }: Call): Promise<Answer> {
  const bolt11 = form.get('invoice') ?? ''
  const amountSat = form.get('amountSat')
  try {
    const { hash } = beginPayment(node, {
      bolt11,
      ...(amountSat !== null && { amountMsat: BigInt(amountSat) * 1000n }),
      // phoenixd pays 0.4 % and 4 sat to its peer at most.
      maxFeeMsat: 1_000_000n,
      timeoutSeconds: 60,
    })
    const end = await paymentEnd(node, hash, signal)
    if (end?.status === 'SUCCEEDED')
      return json({
        recipientAmountSat: Number(BigInt(end.valueMsat) / 1000n),
        routingFeeSat: Number(BigInt(end.feeMsat) / 1000n),
        paymentId: idOf(end),
        paymentHash: end.hash,
        paymentPreimage: end.preimage,
      })
    return json({ paymentHash: hash, reason: reasons[end?.failureReason ?? ''] ?? 'the payment failed' })
  } catch (error) {
    if (error instanceof LndRefusal && error.code === 6) {
      const isPaid = error.message.includes('already paid')
      return json({
        reason: isPaid ? 'this invoice has already been paid' : 'another payment is in progress for this invoice',
      })
    }
    throw error
  }
}

const reasons: Record<string, string> = {
  FAILURE_REASON_INSUFFICIENT_BALANCE: 'not enough funds in wallet to afford payment',
  FAILURE_REASON_NO_ROUTE: 'no route found',
  FAILURE_REASON_INCORRECT_PAYMENT_DETAILS: 'payment was rejected by recipient',
  FAILURE_REASON_TIMEOUT: 'payment timed out',
}
