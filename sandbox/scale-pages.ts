import { exportLog, listEvents, listEventsOf, listEventsOfChannel, readLogStatus } from '@/lib/audit'
import { listOpenAlerts, listResolvedAlerts, listRules, countOpenAlerts } from '@/lib/alerts'
import { getChannel, listChannels, listCredit, listSettlements, listVouchers, summarizeChannels } from '@/lib/channels'
import type { Reader } from '@/lib/ctx'
import { db, sql } from '@/lib/db'
import { getTransaction, listBaseFees, listEndpoints, listSigners, listTransactions } from '@/lib/execution'
import { listFacilitations, listUnknowns, sumFacilitations } from '@/lib/facilitator'
import { listRemoteFacilitators } from '@/lib/remote-facilitators'
import { listExecutions } from '@/lib/intents'
import { listTransfers } from '@/lib/ledger'
import { getResource, listResourceNames, listResources } from '@/lib/merchants'
import type { Page } from '@/lib/paging'
import { exportReceipts, getPayer, listPayers, summarizeSpend } from '@/lib/payers'
import {
  findMilestones,
  getPayment,
  listPayments,
  listPaymentsOf,
  listRefunds,
  listRefundsOwed,
  listSpending,
  summarizePayments,
  type DateRange,
  countTabs,
  sumPayments,
  type PaymentFilter,
} from '@/lib/payments'
import { findAnything } from '@/lib/search'
import { findBatchOf, findProblems, getBatch, listBalances, listBatches, listReconciliations } from '@/lib/settlement'
import { listDeliveries, listEndpoints as listWebhooks } from '@/lib/webhooks'

/** A page or an API list: what it reads, as it reads it. A search has to answer while people type. */
export type ScalePage = { name: string; kind: 'page' | 'search' | 'export'; read(reader: Reader): Promise<unknown> }

/** Rows of a seeded database (`seedScale`) that pages are about. */
export type Samples = {
  merchantId: string
  paymentId: string
  payer: string
  payTo: string
  quoteId: string
  claimKey: string
  nonce: string
  hash: string
  batchId: string
  transactionId: string
  signer: string
  resourceId: string
  channelId: string
  endpointId: string
  oldDay: string
}

/** Of the largest merchant, from the middle of its business. */
export async function findSamples(): Promise<Samples> {
  const [row] = await db.query<Samples>(sql`
    SELECT p.merchant_id AS "merchantId", p.id AS "paymentId", p.payer, p.pay_to AS "payTo", p.quote_id AS "quoteId", p.claim_key AS "claimKey",
      split_part(p.claim_key, '|', -1) AS nonce, t.hash, p.batch_id AS "batchId", t.id AS "transactionId", t.signer, p.resource_id AS "resourceId",
      (SELECT id FROM channel WHERE merchant_id = p.merchant_id AND status = 'open' LIMIT 1) AS "channelId",
      md5('we')::uuid AS "endpointId", to_char(p.created_at, 'YYYY-MM-DD') AS "oldDay"
    FROM payment p JOIN transaction t ON t.id = p.transaction_id
    WHERE p.merchant_id = md5('m0')::uuid AND p.status = 'delivered' AND p.created_at < now() - interval '60 days' ORDER BY p.created_at DESC LIMIT 1`)
  if (!row) throw new Error('the database is not seeded')
  return row
}

const first: Page.PageRequest = { size: 25 }

/** Everything that grows with the business. What a page reads one after the other here, it reads at once. */
export function scalePages(of: Samples): ScalePage[] {
  const deep: Page.PageRequest = { size: 25, after: { atMs: Date.parse(of.oldDay), id: of.paymentId } }
  const page = (name: string, ...reads: ((reader: Reader) => Promise<unknown>)[]): ScalePage => ({
    name,
    kind: 'page',
    read: (reader) => Promise.all(reads.map((read) => read(reader))),
  })
  /** The list of payments with its tabs and totals. */
  const list = (filter: PaymentFilter.PaymentFilter) => [
    (reader: Reader) => listPayments(reader, filter, first),
    (reader: Reader) => countTabs(reader, filter),
    (reader: Reader) => sumPayments(reader, filter),
  ]
  return [
    ...(['24h', '7d', '30d'] as const).map((range) => overview(page, range)),
    page('payments', ...list({})),
    page('payments, oldest first', (reader) => listPayments(reader, {}, first, { order: 'asc' })),
    page('payments by amount', (reader) => listPayments(reader, {}, first, { by: 'amount' })),
    page('payments, two months back', (reader) => listPayments(reader, {}, deep)),
    page('payments of a day two months ago', (reader) =>
      listPayments(reader, { from: of.oldDay, to: of.oldDay }, first),
    ),
    page('totals and tabs of a day two months ago', ...list({ from: of.oldDay, to: of.oldDay }).slice(1)),
    ...(['delivered', 'voided', 'refunded', 'refund_due', 'authorized', 'partly_refunded'] as const).map((status) =>
      page(`payments, ${status}`, ...list({ status: [status] })),
    ),
    ...(['failed', 'pending'] as const).map((settlement) =>
      page(`payments, settlement ${settlement}`, ...list({ settlement: [settlement] })),
    ),
    page('payments of a payer', ...list({ payer: of.payer })),
    page('payments of a resource', ...list({ resource: of.resourceId })),
    page('payments with a label', ...list({ label: 'Promo' })),
    page(
      'payment',
      (reader) => getPayment(reader, of.paymentId),
      () => listTransfers(of.paymentId),
      (reader) => listEventsOf(reader, { paymentId: of.paymentId }),
      (reader) => getTransaction(reader, of.transactionId),
      (reader) => listEventsOf(reader, { transactionId: of.transactionId }),
      (reader) => getBatch(reader, of.batchId),
    ),
    page('settlements', (reader) => listBatches(reader, {}, first)),
    page('balances', listBalances, listReconciliations),
    page('refunds', (reader) => listRefunds(reader, {}, first)),
    page('refunds, open, by a member', (reader) =>
      listRefunds(reader, { status: ['due', 'sent'], kind: ['member'] }, first),
    ),
    page('settlements, two months back', (reader) => listBatches(reader, {}, deep)),
    page('settlements, failed', (reader) => listBatches(reader, { status: ['failed'] }, first)),
    page(
      'settlement',
      (reader) => getBatch(reader, of.batchId),
      (reader) => listPaymentsOf(reader, { batchId: of.batchId }),
      (reader) => listSettlements(reader, { batchId: of.batchId }),
      (reader) => listEventsOf(reader, { batchId: of.batchId }),
    ),
    page('transactions', (reader) => listTransactions(reader, {}, first)),
    page('transactions, two months back', (reader) => listTransactions(reader, {}, deep)),
    page('transactions, failed', (reader) => listTransactions(reader, { status: ['failed'] }, first)),
    page('transactions of a signer', (reader) => listTransactions(reader, { signer: of.signer }, first)),
    page(
      'transaction',
      (reader) => getTransaction(reader, of.transactionId),
      (reader) => listEventsOf(reader, { transactionId: of.transactionId }),
      (reader) => listPaymentsOf(reader, { transactionId: of.transactionId }),
      (reader) => findBatchOf(reader, of.transactionId),
    ),
    page('channels', (reader) => listChannels(reader, {}, first), summarizeChannels, listResourceNames),
    page('channels, open', (reader) => listChannels(reader, { status: ['open'] }, first)),
    page('channels, parked', (reader) => listChannels(reader, { parked: 'yes' }, first)),
    page(
      'channel',
      (reader) => getChannel(reader, of.channelId),
      (reader) => listSettlements(reader, { channelId: of.channelId }),
      (reader) => listEventsOfChannel(reader, of.channelId),
      () => listVouchers({ id: of.channelId, token: { symbol: '', decimals: 6 } as never }, {}, first),
    ),
    ...(['spent', 'recent', 'failures'] as const).map((sort) =>
      page(`payers by ${sort}`, ({ merchantId }) => listPayers(merchantId, { sort }, { size: 25 })),
    ),
    page('payers, page 100', ({ merchantId }) => listPayers(merchantId, { page: 100 }, { size: 25 })),
    page(
      'payer',
      ({ merchantId }) => getPayer(merchantId, of.payer),
      (reader) => listPayments(reader, { payer: of.payer }, first),
      (reader) => listChannels(reader, { payer: of.payer as never }, first),
    ),
    page('resources', listResources),
    page(
      'resource',
      (reader) => getResource(reader, of.resourceId),
      (reader) => listPayments(reader, { resource: of.resourceId }, first),
      (reader) => listEvents(reader, { subject: of.resourceId }, first),
    ),
    page('audit', (reader) => listEvents(reader, {}, first), readLogStatus),
    page('audit, two months back', (reader) => listEvents(reader, {}, { size: 25, after: { atMs: 0, id: '900000' } })),
    page('audit of a day two months ago', (reader) => listEvents(reader, { from: of.oldDay, to: of.oldDay }, first)),
    page('audit, type payment', (reader) => listEvents(reader, { type: ['payment'] }, first)),
    page('audit, type resource', (reader) => listEvents(reader, { type: ['resource'] }, first)),
    page('audit, types of three groups', (reader) =>
      listEvents(reader, { type: ['batch', 'policy', 'member'] }, first),
    ),
    page('audit, by members', (reader) => listEvents(reader, { actor: ['member'] }, first)),
    page('audit, by an agent', (reader) => listEvents(reader, { by: of.payer }, first)),
    page('audit, by no actor', (reader) => listEvents(reader, { by: 'unknown' }, first)),
    page('audit, a text', (reader) => listEvents(reader, { text: 'no such text' }, first)),
    page('audit of a payment', (reader) => listEvents(reader, { subject: of.paymentId }, first)),
    page('networks', listEndpoints, listBaseFees),
    page('signers', listSigners),
    page('facilitators', listRemoteFacilitators, listUnknowns, sumFacilitations),
    page('requests', (reader) => listFacilitations(reader, {}, first)),
    page('webhooks', listWebhooks, (reader) => listDeliveries(reader, null, {}, first)),
    page('webhook', (reader) => listDeliveries(reader, of.endpointId, {}, first)),
    page('alerts', listRules, listOpenAlerts, (reader) => listResolvedAlerts(reader, first)),
    page(
      '/me',
      () => summarizeSpend([of.payer], Date.now()),
      () => listSpending([of.payer], {}, first),
      () => listCredit([of.payer]),
      () => listRefundsOwed([of.payer]),
    ),
    page('/api/v1/transactions', (reader) => listExecutions(reader, {}, first)),
    ...searches(of),
    ...exports(of),
  ]
}

function overview(
  page: (name: string, ...reads: ((reader: Reader) => Promise<unknown>)[]) => ScalePage,
  range: DateRange.DateRange,
): ScalePage {
  return page(
    `overview, ${range}`,
    (reader) => summarizePayments(reader, range, Date.now()),
    findProblems,
    countOpenAlerts,
    findMilestones,
    (reader) => listPayments(reader, {}, first),
  )
}

function searches(of: Samples): ScalePage[] {
  const texts = {
    'an id': of.paymentId,
    'an unknown id': '00000000-0000-4000-8000-000000000000',
    'a quote': of.quoteId,
    'a hash': of.hash,
    'an unknown hash': `0x${'1'.repeat(64)}`,
    'a signed nonce': of.nonce,
    'a claim': of.claimKey,
    'a payer': of.payer,
    'who is paid': of.payTo,
    'an unknown address': `0x${'1'.repeat(40)}`,
    'a number': '777',
    'a word': 'thing',
  }
  return Object.entries(texts).map(([name, text]) => ({
    name: `search, ${name}`,
    kind: 'search',
    read: (reader) => findAnything(reader, text),
  }))
}

/** Taken to their end. */
function exports(of: Samples): ScalePage[] {
  return [
    {
      name: 'export of a payment’s events',
      kind: 'export',
      read: (reader) => drain(exportLog(reader, { subject: of.paymentId }, { subject: of.paymentId })),
    },
    { name: 'receipts of a wallet', kind: 'export', read: () => drain(exportReceipts([of.payer])) },
  ]
}

/** Lines of a stream, and how long they are together. */
export async function drain(lines: AsyncIterable<string>): Promise<{ lines: number; bytes: number }> {
  const told = { lines: 0, bytes: 0 }
  for await (const line of lines) {
    told.lines += 1
    told.bytes += line.length
  }
  return told
}
