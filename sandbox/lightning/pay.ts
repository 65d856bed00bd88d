import { createHash, randomBytes } from 'node:crypto'
import * as ldk from 'lightningdevkit'
import { isExpired, type InvoiceRecord, type PaymentRecord } from './book'
import type { SandboxNode } from './node'
import { noRouteReason } from './on-event'

/** A request that LND would refuse: gRPC's code and a message. */
export class LndRefusal extends Error {
  code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

export type InvoiceWish = {
  valueMsat: bigint
  memo: string
  expirySeconds: number
  isPrivate?: boolean
  preimage?: Buffer
  /** Makes a hold invoice: it is settled by its preimage later. */
  hash?: string
  externalId?: string
}

/** Makes an invoice and remembers it. The node knows its preimage, unless it is a hold invoice. */
export function addInvoice(node: SandboxNode, wish: InvoiceWish): InvoiceRecord {
  const { parts, book, chain } = node
  const block = chain.tick()
  if (block) node.take(block)
  const preimage = wish.hash === undefined ? (wish.preimage ?? randomBytes(32)) : undefined
  const hash = wish.hash ?? sha256(preimage as Buffer)
  if (book.invoice(hash)) throw new LndRefusal(2, 'invoice with payment hash already exists')
  const made = ldk.UtilMethods.constructor_create_invoice_from_channelmanager_with_payment_hash(
    parts.manager,
    wish.valueMsat > 0n ? ldk.Option_u64Z.constructor_some(wish.valueMsat) : ldk.Option_u64Z.constructor_none(),
    wish.memo,
    wish.expirySeconds,
    Buffer.from(hash, 'hex'),
    ldk.Option_u16Z.constructor_none(),
  )
  if (!(made instanceof ldk.Result_Bolt11InvoiceSignOrCreationErrorZ_OK))
    throw new LndRefusal(2, 'the invoice could not be made')
  const record: InvoiceRecord = {
    hash,
    ...(preimage && { preimage: hex(preimage) }),
    isHold: wish.hash !== undefined,
    isPrivate: wish.isPrivate ?? false,
    memo: wish.memo,
    valueMsat: String(wish.valueMsat),
    expirySeconds: wish.expirySeconds,
    createdAt: Number(made.res.duration_since_epoch()),
    bolt11: made.res.to_str(),
    paymentAddress: hex(made.res.payment_secret()),
    addIndex: book.nextAddIndex(),
    state: 'OPEN',
    paidMsat: '0',
    settledAtMs: 0,
    settleIndex: 0,
    ...(wish.externalId !== undefined && { externalId: wish.externalId }),
  }
  book.putInvoice(record)
  node.pump()
  return record
}

/** Settles a hold invoice whose payment waits. */
export function settleInvoice(node: SandboxNode, preimage: Buffer): void {
  const invoice = node.book.invoice(sha256(preimage))
  if (!invoice) throw new LndRefusal(5, 'unable to locate invoice')
  if (invoice.state === 'SETTLED') throw new LndRefusal(2, 'invoice already settled')
  if (invoice.state === 'CANCELED') throw new LndRefusal(2, 'invoice already canceled')
  if (invoice.state === 'OPEN') throw new LndRefusal(2, 'invoice still open')
  node.book.putInvoice({ ...invoice, preimage: hex(preimage) })
  node.parts.manager.claim_funds(preimage)
  node.pump()
}

/** Cancels an invoice that is not settled; a payment that waits for it goes back. */
export function cancelInvoice(node: SandboxNode, hash: string): void {
  const invoice = node.book.invoice(hash)
  if (!invoice) throw new LndRefusal(5, 'unable to locate invoice')
  if (invoice.state === 'SETTLED') throw new LndRefusal(2, 'invoice already settled')
  if (invoice.state === 'ACCEPTED') node.parts.manager.fail_htlc_backwards(Buffer.from(hash, 'hex'))
  node.book.putInvoice({ ...invoice, state: 'CANCELED' })
  node.pump()
}

export type PaymentWish = { bolt11: string; amountMsat?: bigint; maxFeeMsat: bigint; timeoutSeconds: number }

/** Begins to pay an invoice. Its record says how it ends. @throws LndRefusal where nothing was begun. */
export function beginPayment(node: SandboxNode, wish: PaymentWish): PaymentRecord {
  const { parts, book } = node
  const invoice = parseInvoice(wish.bolt11)
  const hash = hex(invoice.payment_hash())
  const { valueMsat, route, secret } = routeOf(invoice, wish)
  const known = book.payment(hash)
  if (known?.status === 'SUCCEEDED') throw new LndRefusal(6, 'invoice is already paid')
  if (known?.status === 'IN_FLIGHT') throw new LndRefusal(6, 'payment is in transition')
  const record: PaymentRecord = {
    hash,
    bolt11: wish.bolt11,
    valueMsat: String(valueMsat),
    status: 'IN_FLIGHT',
    feeMsat: '0',
    failureReason: 'FAILURE_REASON_NONE',
    createdAtMs: Date.now(),
    endedAtMs: 0,
    index: known?.index ?? book.nextPaymentIndex(),
  }
  const id = Buffer.from(hash, 'hex')
  route.set_max_total_routing_fee_msat(ldk.Option_u64Z.constructor_some(wish.maxFeeMsat))
  book.putPayment(record)
  const sent = parts.manager.send_payment(id, secret, id, route, ldk.Retry.constructor_attempts(3))
  if (!sent.is_ok()) {
    const failureReason = noRouteReason(valueMsat, parts)
    book.putPayment({ ...record, status: 'FAILED', failureReason, endedAtMs: Date.now() })
  }
  node.pump()
  setTimeout(() => {
    if (book.payment(hash)?.status !== 'IN_FLIGHT') return
    parts.manager.abandon_payment(id)
    node.pump()
  }, wish.timeoutSeconds * 1000).unref()
  return book.payment(hash) ?? record
}

function parseInvoice(bolt11: string): ldk.Bolt11Invoice {
  const parsed = ldk.Bolt11Invoice.constructor_from_str(bolt11)
  if (!(parsed instanceof ldk.Result_Bolt11InvoiceParseOrSemanticErrorZ_OK))
    throw new LndRefusal(2, 'invalid payment request: it cannot be decoded')
  const invoice = parsed.res
  if (invoice.currency() !== ldk.Currency.LDKCurrency_Regtest)
    throw new LndRefusal(2, 'invoice not for current active network')
  const times = { createdAt: Number(invoice.duration_since_epoch()), expirySeconds: Number(invoice.expiry_time()) }
  if (isExpired(times)) {
    const until = new Date((times.createdAt + times.expirySeconds) * 1000)
    throw new LndRefusal(2, `invoice expired. Valid until ${until.toISOString()}`)
  }
  return invoice
}

function routeOf(invoice: ldk.Bolt11Invoice, wish: PaymentWish) {
  const named = invoice.amount_milli_satoshis()
  const amount = named instanceof ldk.Option_u64Z_Some ? named.some : undefined
  if (amount !== undefined && wish.amountMsat !== undefined)
    throw new LndRefusal(2, 'amount must not be specified when paying a non-zero amount invoice')
  const valueMsat = amount ?? wish.amountMsat
  if (valueMsat === undefined) throw new LndRefusal(2, 'amount must be specified when paying a zero amount invoice')
  const made =
    amount === undefined
      ? ldk.UtilMethods.constructor_payment_parameters_from_variable_amount_invoice(invoice, valueMsat)
      : ldk.UtilMethods.constructor_payment_parameters_from_invoice(invoice)
  if (!(made instanceof ldk.Result_C3Tuple_ThirtyTwoBytesRecipientOnionFieldsRouteParametersZNoneZ_OK))
    throw new LndRefusal(2, 'the invoice cannot be paid with that amount')
  return { valueMsat, secret: made.res.get_b(), route: made.res.get_c() }
}

/** Resolves when the payment is no longer under way, or when `signal` says so. */
export async function paymentEnd(
  { book }: SandboxNode,
  hash: string,
  signal?: AbortSignal,
): Promise<PaymentRecord | undefined> {
  const now = book.payment(hash)
  if (now?.status !== 'IN_FLIGHT') return now
  return await new Promise((resolve) => {
    const end = (record: PaymentRecord | undefined) => {
      book.events.off('payment', onPayment)
      resolve(record)
    }
    const onPayment = (record: PaymentRecord) => {
      if (record.hash === hash && record.status !== 'IN_FLIGHT') end(record)
    }
    book.events.on('payment', onPayment)
    signal?.addEventListener('abort', () => end(book.payment(hash)), { once: true })
  })
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
