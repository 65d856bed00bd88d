import { EventEmitter } from 'node:events'
import type { Outbox } from './parts'
import type { Store } from './store'

export type InvoiceState = 'OPEN' | 'ACCEPTED' | 'SETTLED' | 'CANCELED'

/** An invoice of a node. Hashes and preimages are lower-case hex, times Unix seconds. */
export type InvoiceRecord = {
  hash: string
  /** Absent while a hold invoice is not settled. */
  preimage?: string
  isHold: boolean
  isPrivate: boolean
  memo: string
  /** '0' lets the payer choose. */
  valueMsat: string
  expirySeconds: number
  createdAt: number
  bolt11: string
  paymentAddress: string
  addIndex: number
  state: InvoiceState
  paidMsat: string
  settledAtMs: number
  settleIndex: number
  externalId?: string
}

export type PaymentState = 'IN_FLIGHT' | 'SUCCEEDED' | 'FAILED'

/** A payment that a node sent. A second try after a failure keeps its row. */
export type PaymentRecord = {
  hash: string
  bolt11: string
  valueMsat: string
  status: PaymentState
  preimage?: string
  feeMsat: string
  failureReason: string
  createdAtMs: number
  endedAtMs: number
  index: number
}

/** What a node remembers beside its channels, in the same commits as them. */
export type Book = {
  invoice(hash: string): InvoiceRecord | undefined
  /** By add index, oldest first. */
  invoices(): InvoiceRecord[]
  payment(hash: string): PaymentRecord | undefined
  payments(): PaymentRecord[]
  nextAddIndex(): number
  nextSettleIndex(): number
  nextPaymentIndex(): number
  putInvoice(record: InvoiceRecord): void
  putPayment(record: PaymentRecord): void
  /** Emits 'invoice' and 'payment' with the record, after it is on disk. */
  events: EventEmitter<{ invoice: [InvoiceRecord]; payment: [PaymentRecord] }>
  /** Tells of what was put since the last call. The node calls it after its commit. */
  announce(): void
}

export function openBook(store: Store, outbox: Outbox): Book {
  const invoices = recordsAt<InvoiceRecord>(store, 'invoice/')
  const payments = recordsAt<PaymentRecord>(store, 'payment/')
  const events: Book['events'] = new EventEmitter()
  events.setMaxListeners(0)
  const news: (() => void)[] = []
  const put = (key: string, record: unknown, tell: () => void) => {
    outbox.push({ key, mode: 'put', value: Buffer.from(JSON.stringify(record)) })
    news.push(tell)
  }
  let settled = [...invoices.values()].reduce((most, { settleIndex }) => Math.max(most, settleIndex), 0)
  return {
    invoice: (hash) => invoices.get(hash),
    invoices: () => [...invoices.values()].sort((a, b) => a.addIndex - b.addIndex),
    payment: (hash) => payments.get(hash),
    payments: () => [...payments.values()].sort((a, b) => a.index - b.index),
    nextAddIndex: () => invoices.size + 1,
    nextSettleIndex: () => ++settled,
    nextPaymentIndex: () => payments.size + 1,
    putInvoice(record) {
      invoices.set(record.hash, record)
      put(`invoice/${record.hash}`, record, () => events.emit('invoice', record))
    },
    putPayment(record) {
      payments.set(record.hash, record)
      put(`payment/${record.hash}`, record, () => events.emit('payment', record))
    },
    events,
    announce() {
      for (const tell of news.splice(0)) tell()
    },
  }
}

function recordsAt<Row extends { hash: string }>(store: Store, prefix: string): Map<string, Row> {
  const rows = [...store.values]
    .filter(([key]) => key.startsWith(prefix))
    .map(([, values]) => JSON.parse(String(values[0])) as Row)
  return new Map(rows.map((row) => [row.hash, row]))
}

export const isExpired = (invoice: Pick<InvoiceRecord, 'createdAt' | 'expirySeconds'>, nowMs = Date.now()): boolean =>
  nowMs >= (invoice.createdAt + invoice.expirySeconds) * 1000
