import type { Ctx } from '../../ctx'
import { AppError } from '@/lib/errors'
import { Bolt11, configuredNode, type LightningNode } from '@/lib/lightning'
import { Rail } from '@/lib/money'
import { acceptPayment, directRefund, findClaim, Fingerprint, refundPayment, type Payment } from '@/lib/payments'
import { parseAny, proveLightning } from '@/lib/protocols'
import { findInvoice, type RailInvoice } from '@/lib/rails'
import { takeProof } from './take-proof'

/** An invoice for the refund is good for at least this long. */
const leastMs = 60_000
const payer = 'anonymous'

export type LightningRefundClaim = { paymentId: string; refundId: string; amountSat: string }

/**
 * Directs a Lightning refund to an invoice of the payer. Its credential proves who it is: challenge or token with the preimage. The
 * preimage alone proves nothing here, because every node on the way of the payment learns it. The invoice has no amount. Pays back
 * what is owed, or a payment that was never claimed: then it is claimed by this, and buys nothing any more. Only once, however
 * often it is called: `pay-refunds` pays it.
 * @param headers with the credential, as the paid request would carry it.
 * @throws AppError bad-input with the field, not-found, not-refundable, and those of the credential
 */
export async function claimLightningRefund(ctx: Ctx, headers: Headers, input: unknown): Promise<LightningRefundClaim> {
  const { invoice, node } = read(ctx, input)
  const presented = parseAny(headers)
  const prefix = `lightning|${node.network}|`
  const claimKey = presented?.kind === 'payment' ? presented.credential.claimKey : ''
  if (presented?.kind !== 'payment' || !claimKey.startsWith(prefix))
    throw wrong('authorization', 'Send the credential of what you paid in Authorization, as for the purchase')
  const paymentHash = claimKey.slice(prefix.length)
  const row = await findInvoice(paymentHash)
  if (!row) throw new AppError('not-found', 'No invoice of this installation has this payment hash.')
  proveLightning(presented.credential, { ...row.request, url: '', description: '', mimeType: '' })
  const earlier = await findClaim(claimKey)
  const payment = earlier?.payment ?? (await claimUnclaimed(ctx, row, claimKey))
  const refundId = await directRefund(payment.id, payer, invoice.bolt11)
  if (refundId === undefined)
    throw new AppError(
      'not-refundable',
      'No refund of this payment waits for an invoice: it was answered, or its refund is on its way.',
    )
  return { paymentId: payment.id, refundId, amountSat: payment.amountBase.toString() }
}

function read(ctx: Ctx, input: unknown): { invoice: Bolt11.Bolt11; node: LightningNode } {
  const node = configuredNode()
  if (!node) throw new AppError('not-found', 'This installation takes no payments over Lightning.')
  const invoice = decode((input as { invoice?: unknown } | null)?.invoice)
  if (Rail.bitcoinNetworks[invoice.network].network !== node.network)
    throw wrong('invoice', `Send an invoice of the network ${Rail.bitcoinOf(node.network) ?? node.network}`)
  if (invoice.amountSat !== null) throw wrong('invoice', 'Send an invoice without an amount')
  if (invoice.expiresAtMs < ctx.now() + leastMs) throw wrong('invoice', 'Send an invoice that is good for some minutes')
  return { invoice, node }
}

function decode(text: unknown): Bolt11.Bolt11 {
  try {
    return Bolt11.decode(typeof text === 'string' ? text : '')
  } catch {
    throw wrong('invoice', 'Send a BOLT 11 invoice')
  }
}

/** Claims a paid invoice that bought nothing, books it, and makes it owed back. */
async function claimUnclaimed(
  ctx: Ctx,
  row: RailInvoice,
  claimKey: string,
): Promise<Pick<Payment.Payment, 'id' | 'amountBase'>> {
  const accepted = await acceptPayment(ctx, toClaim(row, claimKey))
  if (accepted.kind === 'taken') {
    const first = await findClaim(claimKey)
    if (!first)
      throw new AppError('stale-state', 'The claim of this payment could not be read. Send the request again.')
    return first.payment
  }
  const { payment } = accepted
  await takeProof({ payment })
  await refundPayment(
    ctx,
    payment.id,
    'Its payer had paid the invoice and asked for the money back before it was answered.',
  )
  return payment
}

function toClaim(row: RailInvoice, claimKey: string): Parameters<typeof acceptPayment>[1] {
  const { network, payTo, amountBase, paymentHash, request } = row
  const credential = {
    protocol: 'mpp' as const,
    wire: 'mpp lightning',
    claimKey,
    network,
    asset: 'sat',
    amountBase,
    payTo,
    decoded: { paymentHash },
  }
  const asked = { ...request, url: '', description: '', mimeType: '' }
  return {
    merchantId: row.merchantId,
    resourceId: row.resourceId,
    credential,
    authorization: {
      scheme: 'charge',
      payer,
      when: 'before',
      instrument: { kind: 'preimage', from: payer, to: payTo, value: amountBase.toString(), paymentHash },
      challenge: { method: 'lightning', invoice: row.invoice },
    },
    quote: { id: paymentHash, issuedAtMs: row.createdAt.getTime(), priceMicros: row.priceMicros },
    when: 'before',
    request,
    fingerprint: Fingerprint.from(asked, row.resourceId, credential),
    balanceBase: undefined,
  }
}

function wrong(field: string, message: string): AppError {
  return new AppError('bad-input', `${message}.`, { fields: [{ field, message }] })
}
