import type { Reader } from '../../ctx'
import { env } from '../../env'
import { log } from '../../log'
import { Address, addressesFor, servedNetworks } from '@/lib/chains'
import type { Caip2 } from '@/lib/money'
import { getPayment } from '@/lib/payments'
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
  const asset = Address.canonical(network, payment.token.address)
  return { leftBase, signer: await lookAtSigner(reader, network, asset, payment.network.name) }
}

async function lookAtSigner(
  { operator }: Reader,
  network: Caip2,
  asset: string,
  name: string,
): Promise<RefundPreview['signer']> {
  if (env.REFUND_WALLET_FOR === 'operators' && !operator)
    return { can: false, reason: 'The refund wallet of this server pays for operators only.' }
  const wallet = servedNetworks().includes(network) ? addressesFor(network, 'refund')[0] : undefined
  if (wallet === undefined) return { can: false, reason: `There is no refund wallet on ${name}.` }
  try {
    const heldBase = await readRefundFunds({ network, asset }, wallet)
    return { can: true, wallet, heldBase: (heldBase > 0n ? heldBase : 0n).toString() }
  } catch (error) {
    log().warn({ err: error, network, asset }, 'the balance of the refund wallet could not be read')
    return { can: true, wallet, heldBase: null }
  }
}
