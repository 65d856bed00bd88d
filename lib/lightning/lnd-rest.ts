import type { z } from 'zod'
import { callNode, openDoor, type NodeDoor, type NodeRequest } from './call-node'
import { LightningFault } from './LightningFault'
import { Rail } from '@/lib/money'
import type { InvoiceStanding, LightningNode, NodeCtx, PaidInvoice } from './LightningNode'
import * as Lnd from './LndAnswer'
import { payByLnd } from './pay-by-lnd'
import * as Payable from './Payable'
import { receivableOf } from './receivable'

export type LndConnection = {
  url: string
  /** Hex. It needs invoices:read, invoices:write, offchain:read and, for refunds, offchain:write. */
  macaroon: string
  /** The certificate of the node in PEM, where no authority signed it. */
  tlsCert?: string | undefined
  network: Rail.BitcoinNetwork
}

const askTimeoutMs = 10_000
const pageRows = 100
const pagesMax = 50

/** A node behind LND's REST gateway. */
export function lndNode(connection: LndConnection): LightningNode {
  const door = openDoor(connection.url, { 'grpc-metadata-macaroon': connection.macaroon }, connection.tlsCert)
  const { network } = Rail.bitcoinNetworks[connection.network]
  const readBalance: LightningNode['readBalance'] = async (ctx) => {
    const { channels } = await ask(door, ctx, { method: 'GET', path: '/v1/channels' }, Lnd.Channels)
    const { local_balance: local } = await ask(door, ctx, { method: 'GET', path: '/v1/balance/channels' }, Lnd.Balance)
    // The peer keeps its reserve, so it cannot send that part.
    const receivableSat = channels
      .filter(({ active, remoteSat, remoteReserveSat }) => active && remoteSat > remoteReserveSat)
      .reduce((sum, { remoteSat, remoteReserveSat }) => sum + remoteSat - remoteReserveSat, 0n)
    return { localSat: local.sat, receivableSat }
  }
  return {
    kind: 'lnd',
    network,
    host: new URL(connection.url).host,
    async createInvoice(ctx, { amountSat, memo, expirySeconds }) {
      const json = { value: String(amountSat), memo, expiry: String(expirySeconds), private: true }
      const made = await ask(door, ctx, { method: 'POST', path: '/v1/invoices', json }, Lnd.AddedInvoice)
      const wish = { amountSat, paymentHash: made.r_hash, network, nowMs: ctx.now() }
      return Payable.check(made.payment_request, wish)
    },
    async findInvoice(ctx, paymentHash) {
      const answer = await callNode(door, { method: 'GET', path: `/v1/invoice/${paymentHash}`, ...patience(ctx) })
      const refusal = Lnd.readRefusal(answer)
      if (refusal?.code === Lnd.code.notFound) return { state: 'missing' }
      if (refusal) throw Lnd.faultOf(refusal)
      return standingOf(Lnd.read(Lnd.Invoice, answer.text))
    },
    listPaid: (ctx, since) => listPaid(door, ctx, since),
    pay: (ctx, wish) => payByLnd(door, network, ctx, wish),
    async findPayment(ctx, paymentHash) {
      const path = `/v2/router/track/${Buffer.from(paymentHash, 'hex').toString('base64url')}`
      const answer = await callNode(door, { method: 'GET', path, isFirstLineEnough: true, ...patience(ctx) })
      const refusal = Lnd.readRefusal(answer)
      if (refusal?.code === Lnd.code.notFound) return { status: 'missing' }
      if (refusal) throw Lnd.faultOf(refusal)
      return Lnd.outcomeOf(answer.text, paymentHash)
    },
    readBalance,
    canReceive: receivableOf(readBalance),
  }
}

const patience = (ctx: NodeCtx) => ({ timeoutMs: askTimeoutMs, signal: ctx.signal })

async function ask<Schema extends z.ZodType>(
  door: NodeDoor,
  ctx: NodeCtx,
  request: Omit<NodeRequest, 'timeoutMs' | 'signal'>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const answer = await callNode(door, { ...request, ...patience(ctx) })
  const refusal = Lnd.readRefusal(answer)
  if (refusal) throw Lnd.faultOf(refusal)
  return Lnd.read(schema, answer.text)
}

/** LND cancels an invoice by itself when it has expired. */
function standingOf(invoice: z.output<typeof Lnd.Invoice>): InvoiceStanding {
  if (invoice.state === 'SETTLED') return { state: 'paid', ...paidOf(invoice) }
  if (invoice.state === 'ACCEPTED') return { state: 'held' }
  return { state: invoice.state === 'CANCELED' ? 'expired' : 'open' }
}

const paidOf = (invoice: z.output<typeof Lnd.Invoice>) => ({
  paidSat: invoice.amt_paid_msat / 1000n,
  settledAtMs: Number(invoice.settle_date) * 1000,
})

/** Reads invoices by the order in which they were made. The mark stays before the first that may still be paid. */
async function listPaid(door: NodeDoor, ctx: NodeCtx, since: bigint) {
  const paid: PaidInvoice[] = []
  let [offset, next, isSettledUntilHere] = [since, since, true]
  for (let page = 0; page < pagesMax; page++) {
    const path = `/v1/invoices?index_offset=${offset}&num_max_invoices=${pageRows}`
    const { invoices } = await ask(door, ctx, { method: 'GET', path }, Lnd.Invoices)
    for (const invoice of invoices) {
      if (invoice.state === 'SETTLED') paid.push({ paymentHash: invoice.r_hash, ...paidOf(invoice) })
      else if (invoice.state !== 'CANCELED') isSettledUntilHere = false
      offset = invoice.add_index
      if (isSettledUntilHere) next = invoice.add_index
    }
    if (invoices.length < pageRows) return { paid, next }
  }
  if (next === since)
    throw new LightningFault('unknown', `More than ${pagesMax * pageRows} invoices of the node are open.`)
  return { paid, next }
}
