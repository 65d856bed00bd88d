import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { withTransaction } from '@/lib/db'
import { AppError } from '@/lib/errors'
import { Caip } from '@/lib/money'
import { assertMayRefund, findOwnRefund, markTransferNamed, type Refund, type RefundRequester } from '@/lib/payments'
import { bookOwnTransfer } from './book-own-transfer'
import { findOwnTransfer } from './find-own-transfer'

/**
 * Names the transaction by which a merchant's wallet paid a refund. The chain is asked first: a transaction in a block that
 * does not contain exactly this transfer is refused. One that the chain does not show yet is stored and looked for. May be called
 * twice; another hash takes the place of one that was never seen.
 * @returns a sentence about what the chain shows.
 * @throws AppError not-found, not-allowed, bad-input (field hash), not-refundable, unavailable
 */
export async function nameRefundTransfer(
  ctx: Ctx,
  requester: RefundRequester,
  { id, hash }: { id: string; hash: string },
): Promise<string> {
  const refund = await findOwnRefund(id)
  if (!refund) throw new AppError('not-found', 'There is no such refund.')
  assertMayRefund(requester, refund.merchantId)
  const txHash = readHash(refund, hash)
  if (refund.status === 'paid' || refund.status === 'cancelled')
    throw new AppError('not-refundable', `This refund is ${refund.status}: it needs no transaction.`)
  if (refund.logIndex !== null && refund.txHash !== txHash)
    throw new AppError(
      'not-refundable',
      'The transfer of this refund is on chain already. It is booked when its block is final.',
    )
  const finding = await findOwnTransfer(refund, txHash)
  if (finding.kind === 'refused') throw refused(finding.reason)
  const isNamed = await withTransaction(async (tx) => {
    if (!(await markTransferNamed(tx, { id, before: refund.txHash }, txHash))) return false
    const { merchantId, paymentId, amountBase, to, wallet } = refund
    const data = { refundId: id, amountBase, to, wallet, txHash }
    await recordEvent(tx, ctx, { type: 'payment.refund_sent', merchantId, paymentId, data })
    return true
  })
  if (!isNamed) throw new AppError('stale-state', 'This refund has changed meanwhile. Load the page again.')
  const booked = await bookOwnTransfer(ctx, { ...refund, txHash, status: 'sent' })
  if (booked) return 'The transfer is on chain and final: the refund is paid.'
  return finding.kind === 'seen'
    ? 'The transfer is on chain. The refund is booked when its block is final.'
    : 'The chain does not show the transaction yet. Sluice looks for it and books the refund when it is final.'
}

function readHash({ network }: Refund.OwnRefund, text: string): string {
  const hash = text.trim()
  if (Caip.isSolana(network)) {
    if (/^[1-9A-HJ-NP-Za-km-z]{64,90}$/.test(hash)) return hash
    throw refused('A signature on Solana has 87 or 88 characters in base58')
  }
  if (/^0x[0-9a-fA-F]{64}$/.test(hash)) return hash.toLowerCase()
  throw refused('A transaction hash is 0x and 64 hex digits')
}

function refused(message: string): AppError {
  return new AppError('bad-input', message, { fields: [{ field: 'hash', message }] })
}
