import type { Reader } from '../../ctx'
import { log } from '../../log'
import { findServerWallets } from '@/lib/auth'
import { Address } from '@/lib/chains'
import { Rail, type Caip2 } from '@/lib/money'
import { getPayment, refundWalletFor } from '@/lib/payments'
import { AppError } from '@/lib/errors'
import { readRefundFunds } from './read-refund-funds'

/** What the refund wallet of this server could do for a payment now. Amounts are decimal strings of base units. */
export type RefundPreview = {
  /** What is left of the payment. */
  leftBase: string
  signer:
    | { can: true; wallet: string; heldBase: string | null }
    /** Why it pays nothing for this reader, or here. */
    | { can: false; reason: string }
}

/**
 * Reads what a refund of a payment would find: what is left of it, and what the refund wallet holds (null if the chain cannot be
 * asked). Changes nothing.
 * @throws AppError not-found
 */
export async function previewRefund(reader: Reader, paymentId: string): Promise<RefundPreview> {
  const payment = await getPayment(reader, paymentId)
  if (!payment) throw new AppError('not-found', 'There is no such payment.')
  const leftBase = (BigInt(payment.amountBase) - BigInt(payment.refundedBase)).toString()
  const network = payment.network.network as Caip2
  if (Rail.kindOf(network)) return { leftBase, signer: { can: true, wallet: payment.network.name, heldBase: null } }
  const asset = Address.canonical(network, payment.token.address)
  const isPaidFor = await findServerWallets(reader, payment.merchantId)
  return { leftBase, signer: await lookAtSigner({ ...reader, isPaidFor }, network, asset) }
}

async function lookAtSigner(
  reader: Reader & { isPaidFor: boolean },
  network: Caip2,
  asset: string,
): Promise<RefundPreview['signer']> {
  const found = refundWalletFor(reader, network)
  if ('reason' in found) return { can: false, ...found }
  if (!reader.isPaidFor)
    return {
      can: false,
      reason: 'The refund wallet of this server does not pay for this shop. Its operator can allow it.',
    }
  const { wallet } = found
  try {
    const heldBase = await readRefundFunds({ network, asset }, wallet)
    return { can: true, wallet, heldBase: (heldBase > 0n ? heldBase : 0n).toString() }
  } catch (error) {
    log().warn({ err: error, network, asset }, 'the balance of the refund wallet could not be read')
    return { can: true, wallet, heldBase: null }
  }
}
