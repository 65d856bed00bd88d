import * as Bolt11 from './Bolt11'
import { Rail } from '@/lib/money'
import type { NodeInvoice, PaymentWish } from './LightningNode'
import { LightningFault } from './LightningFault'

/** What holds for every make of node, before it is asked to pay and after it made an invoice. Pure. */

/**
 * The invoice of a wish to pay, with the amount that will leave.
 * @throws TypeError if it is none, is for another network, or if invoice and wish both name an amount or neither does.
 */
export function read(wish: PaymentWish, network: string): Bolt11.Bolt11 & { paysSat: bigint } {
  const invoice = Bolt11.decode(wish.bolt11)
  if (Rail.bitcoinNetworks[invoice.network].network !== network)
    throw new TypeError(`The invoice is for ${invoice.network}, and the node is on another network.`)
  if ((invoice.amountSat === null) === (wish.amountSat === undefined))
    throw new TypeError('Name an amount for an invoice without one, and for no other.')
  const paysSat = invoice.amountSat ?? wish.amountSat ?? 0n
  if (paysSat <= 0n) throw new TypeError('The amount must be at least one satoshi.')
  return { ...invoice, paysSat }
}

/**
 * Checks an invoice that a node made.
 * @throws LightningFault if it differs from what was wished: such an invoice must not be shown to a payer.
 */
export function check(
  bolt11: string,
  wish: { amountSat: bigint; paymentHash: string; network: string; nowMs: number },
): NodeInvoice {
  const invoice = Bolt11.decode(bolt11)
  const faults = [
    Rail.bitcoinNetworks[invoice.network].network !== wish.network && `is for ${invoice.network}`,
    invoice.amountSat !== wish.amountSat && `is for ${invoice.amountSat} sat`,
    invoice.paymentHash !== wish.paymentHash && 'has another payment hash',
    invoice.expiresAtMs <= wish.nowMs && 'has expired: the clocks differ',
  ].filter(Boolean)
  if (faults.length > 0) throw new LightningFault('refused', `The invoice of the node ${faults.join(', ')}.`)
  return { bolt11: invoice.bolt11, paymentHash: invoice.paymentHash, expiresAtMs: invoice.expiresAtMs }
}

/** Whole satoshi of an amount in millisatoshi, rounded up. */
export const ceilSat = (msat: bigint): bigint => (msat + 999n) / 1000n
