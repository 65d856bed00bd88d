import { z } from 'zod'
import { callNode, openDoor, type NodeAnswer, type NodeDoor, type NodeRequest } from './call-node'
import { LightningFault } from './LightningFault'
import { Rail } from '@/lib/money'
import type { InvoiceStanding, LightningNode, NodeCtx, PaidInvoice } from './LightningNode'
import { payByPhoenixd } from './pay-by-phoenixd'
import * as Payable from './Payable'
import * as Phoenixd from './PhoenixdAnswer'
import { receivableOf } from './receivable'

export type PhoenixdConnection = {
  url: string
  /** `http-password` of phoenix.conf. The limited one makes and finds invoices, and cannot pay refunds. */
  password: string
  network: Rail.BitcoinNetwork
}

const askTimeoutMs = 10_000
/** phoenixd takes no longer description. */
const memoMax = 128
const pageRows = 100
const pagesMax = 50
/** A payment is listed by the time at which it came; one of the same moment may be written after it was listed. */
const overlapMs = 60_000n

/** A node behind phoenixd's HTTP API. */
export function phoenixdNode(connection: PhoenixdConnection): LightningNode {
  const basic = Buffer.from(`:${connection.password}`).toString('base64')
  const door = openDoor(connection.url, { authorization: `Basic ${basic}` })
  const { network } = Rail.bitcoinNetworks[connection.network]
  const get = (path: string) => ({ method: 'GET', path }) as const
  const readBalance: LightningNode['readBalance'] = async (ctx) => {
    const { balanceSat } = await ask(door, ctx, get('/getbalance'), Phoenixd.Balance)
    const { channels } = await ask(door, ctx, get('/getinfo'), Phoenixd.Info)
    const normal = channels.filter(({ state }) => state === 'Normal')
    const receivableSat = normal.reduce((sum, channel) => sum + (channel.inboundLiquiditySat ?? 0n), 0n)
    return { localSat: balanceSat, receivableSat }
  }
  return {
    kind: 'phoenixd',
    network,
    host: new URL(connection.url).host,
    async createInvoice(ctx, { amountSat, memo, expirySeconds }) {
      const form = {
        amountSat: String(amountSat),
        description: memo.slice(0, memoMax),
        expirySeconds: String(expirySeconds),
      }
      const made = await ask(door, ctx, { method: 'POST', path: '/createinvoice', form }, Phoenixd.MadeInvoice)
      const wish = { amountSat, paymentHash: made.paymentHash, network, nowMs: ctx.now() }
      return Payable.check(made.serialized, wish)
    },
    async findInvoice(ctx, paymentHash) {
      const answer = await callNode(door, { ...get(`/payments/incoming/${paymentHash}`), ...patience(ctx) })
      if (answer.status === 404) return { state: 'missing' }
      return standingOf(readAnswer(Phoenixd.Incoming, answer))
    },
    listPaid: (ctx, since) => listPaid(door, ctx, since),
    pay: (ctx, wish) => payByPhoenixd(door, network, ctx, wish),
    async findPayment(ctx, paymentHash) {
      const answer = await callNode(door, { ...get(`/payments/outgoingbyhash/${paymentHash}`), ...patience(ctx) })
      if (answer.status === 404) return { status: 'missing' }
      return Phoenixd.outcomeOf(readAnswer(Phoenixd.Outgoing, answer), paymentHash)
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
  return readAnswer(schema, await callNode(door, { ...request, ...patience(ctx) }))
}

function readAnswer<Schema extends z.ZodType>(schema: Schema, answer: NodeAnswer): z.output<Schema> {
  const fault = Phoenixd.faultOf(answer)
  if (fault) throw fault
  return Phoenixd.read(schema, answer.text)
}

function standingOf(invoice: z.output<typeof Phoenixd.Incoming>): InvoiceStanding {
  if (invoice.isPaid) return { state: 'paid', ...paidOf(invoice) }
  return { state: invoice.isExpired ? 'expired' : 'open' }
}

const paidOf = ({ receivedSat, completedAt }: z.output<typeof Phoenixd.Incoming>) => ({
  paidSat: receivedSat,
  settledAtMs: completedAt ?? 0,
})

/** phoenixd lists payments newest first, by the time at which they came in. */
async function listPaid(door: NodeDoor, ctx: NodeCtx, since: bigint) {
  const paid: PaidInvoice[] = []
  let newest = since
  for (let page = 0; page < pagesMax; page++) {
    const path = `/payments/incoming?from=${since}&limit=${pageRows}&offset=${page * pageRows}`
    const rows = await ask(door, ctx, { method: 'GET', path }, z.array(Phoenixd.Incoming))
    for (const row of rows.filter(({ isPaid }) => isPaid)) {
      paid.push({ paymentHash: row.paymentHash, ...paidOf(row) })
      const mark = BigInt(row.completedAt ?? 0) - overlapMs
      if (mark > newest) newest = mark
    }
    if (rows.length < pageRows) return { paid, next: newest }
  }
  throw new LightningFault('unknown', `The node has more than ${pagesMax * pageRows} payments since ${since}.`)
}
