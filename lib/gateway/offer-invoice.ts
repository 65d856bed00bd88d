import { log } from '../log'
import { limitInvoices } from '@/lib/auth'
import { serves } from '@/lib/chains'
import { findPrices } from '@/lib/coin-prices'
import { AppError } from '@/lib/errors'
import { configuredNode } from '@/lib/lightning'
import { Rail } from '@/lib/money'
import { Quote } from '@/lib/pricing'
import { type OfferedInvoice } from '@/lib/protocols'
import { countOpenInvoices, findInvoice, keepInvoice } from '@/lib/rails'
import type { PricedRequest } from './PricedRequest'

/** An invoice outlives every challenge that offers it. */
const expirySeconds = 15 * 60
const reusedMs = 9 * 60_000
/** More invoices than this are never open at once: unpaid ones cost a bounded number of rows. */
const openMax = 2_000
const countedMs = 2_000
const clientsMax = 5_000
/** A node that is slower is left out of the 402: the other offers stand. */
const patienceMs = 3_000

type Known = OfferedInvoice & { untilMs: number }

/** The open invoice of each client for each price. */
const known = new Map<string, Known>()
const underWay = new Map<string, Promise<OfferedInvoice | undefined>>()
let open: { untilMs: number; count: Promise<number> } | undefined

/**
 * The Lightning invoice of a 402: a new one, or the one that this client has not paid yet. Undefined where the resource is not
 * sold over Lightning, there is no fresh price of bitcoin, the node cannot receive the amount or does not answer, or a limit is
 * reached: a client that names Lightning in Accept-Payment gets more invoices than one that does not.
 */
export async function offerInvoice(priced: PricedRequest): Promise<OfferedInvoice | undefined> {
  const { quote, resource } = priced
  const payout = quote.payouts.find(({ network }) => Rail.kindOf(network) === 'lightning' && serves(network))
  if (!payout || quote.metered || Quote.isFree(quote) || resource.streaming) return undefined
  try {
    return await offer(priced, payout)
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'rate-limited'))
      log().warn({ err: error, resourceId: resource.id }, 'no invoice could be made: Lightning is left out of a 402')
    return undefined
  }
}

async function offer(
  priced: PricedRequest,
  { network, payTo }: Quote.Quote['payouts'][number],
): Promise<OfferedInvoice | undefined> {
  const { ctx, quote, resource } = priced
  const rate = (await findPrices()).find(({ coin }) => coin === 'BTC')
  if (!rate) return undefined
  const client = ctx.actor.id
  const key = `${resource.id}|${quote.revision}|${quote.priceMicros}|${client}`
  const earlier = await findOpen(key, ctx.now())
  if (earlier) return earlier
  // Requests of one client that come together share one invoice.
  const making = underWay.get(key)
  if (making) return making
  const made = make(priced, { network, payTo }, BigInt(rate.micros), rate, key).finally(() => underWay.delete(key))
  underWay.set(key, made)
  return made
}

type Rate = Awaited<ReturnType<typeof findPrices>>[number]

async function make(
  { ctx, quote, resource, request, agentRequest }: PricedRequest,
  { network, payTo }: Quote.Quote['payouts'][number],
  rateMicros: bigint,
  rate: Rate,
  key: string,
): Promise<OfferedInvoice | undefined> {
  const node = configuredNode()
  if (!node) return undefined
  const client = ctx.actor.id
  const amountBase = Rail.satsFor(quote.priceMicros, rateMicros)
  limitInvoices(client, /lightning\//i.test(request.headers.get('accept-payment') ?? ''))
  if ((await countOpen(ctx.now())) >= openMax) return undefined
  const signal = AbortSignal.timeout(patienceMs)
  if (!(await node.canReceive({ now: ctx.now, signal }, amountBase))) return undefined
  const memo = resource.name.slice(0, 80)
  const made = await node.createInvoice({ now: ctx.now, signal }, { amountSat: amountBase, memo, expirySeconds })
  const { bolt11, paymentHash } = made
  await keepInvoice({
    ...{ paymentHash, network, invoice: bolt11, revision: quote.revision, payTo, amountBase },
    ...{ merchantId: resource.merchantId, resourceId: resource.id, request: toRequest(agentRequest) },
    ...{ priceMicros: quote.priceMicros, rateMicros, rateSource: rate.source, rateAt: new Date(rate.at) },
    expiresAt: new Date(made.expiresAtMs),
  })
  const invoice = { network, payTo, bolt11, paymentHash, amountBase }
  remember(key, { ...invoice, untilMs: ctx.now() + reusedMs })
  return invoice
}

function toRequest({ method, host, path, query, soldPath, bodyDigest }: PricedRequest['agentRequest']) {
  return {
    method,
    host,
    path,
    query,
    ...(soldPath !== undefined && { soldPath }),
    ...(bodyDigest !== undefined && { bodyDigest }),
  }
}

/** The client's open invoice, if it is not paid meanwhile. */
async function findOpen(key: string, nowMs: number): Promise<OfferedInvoice | undefined> {
  const earlier = known.get(key)
  if (!earlier) return undefined
  const row = earlier.untilMs > nowMs ? await findInvoice(earlier.paymentHash) : undefined
  if (row && row.paidAt === null) return earlier
  known.delete(key)
  return undefined
}

function remember(key: string, invoice: Known): void {
  known.set(key, invoice)
  const [oldest] = known.keys()
  if (known.size > clientsMax && oldest !== undefined) known.delete(oldest)
}

function countOpen(nowMs: number): Promise<number> {
  if (!open || open.untilMs <= nowMs) open = { untilMs: nowMs + countedMs, count: countOpenInvoices() }
  return open.count
}
