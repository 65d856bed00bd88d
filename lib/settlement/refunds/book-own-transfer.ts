import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import { markTransferPaid, markTransferRefused, markTransferSeen, type Refund } from '@/lib/payments'
import { findOwnTransfer } from './find-own-transfer'
import type { OwnTransferFinding } from './OwnTransfer'

/** A refund whose transaction the merchant has named. */
type Named = Refund.OwnRefund & { txHash: string }

/**
 * Books one refund if its transfer is in a final block, so that no reorganisation can take the booking back. Before that the
 * transfer is only noted, with its block.
 * @returns whether this call booked it.
 * @throws RpcError | TransportError when the chain cannot be asked.
 */
export async function bookOwnTransfer(ctx: Ctx, refund: Named): Promise<boolean> {
  const finding = await findOwnTransfer(refund, refund.txHash)
  if (finding.kind === 'seen' && finding.isFinal) {
    failpoint('before-refund-booked')
    return withTransaction((tx) => bookPaid(tx, ctx, refund, finding))
  }
  await withTransaction((tx) => note(tx, ctx, refund, finding))
  return false
}

async function note(tx: Tx, ctx: Ctx, refund: Named, finding: OwnTransferFinding): Promise<void> {
  const { merchantId, paymentId, txHash } = refund
  if (finding.kind === 'seen') {
    await markTransferSeen(
      tx,
      refund,
      finding,
      `Its transfer is in block ${finding.blockNumber}, which is not final yet.`,
    )
    return
  }
  if (finding.kind === 'unknown' || !finding.isFinal) {
    const waits = finding.kind === 'unknown' ? finding.reason : `${finding.reason} Its block is not final yet.`
    await markTransferSeen(tx, refund, undefined, waits)
    return
  }
  if (!(await markTransferRefused(tx, refund, finding.reason))) return
  const data = { refundId: refund.id, reason: finding.reason, txHash }
  await recordEvent(tx, ctx, { type: 'payment.refund_failed', merchantId, paymentId, data })
}

async function bookPaid(
  tx: Tx,
  ctx: Ctx,
  refund: Named,
  at: { logIndex: number; blockNumber: bigint },
): Promise<boolean> {
  if (!(await markTransferPaid(tx, refund, at))) return false
  const { id, merchantId, paymentId, network, asset, amountBase, to, wallet, txHash } = refund
  const [debit, reason] = [Account.refundPayable(merchantId), 'refund_paid'] as const
  const credit = await accountOf(tx, refund)
  await postTransfers(tx, [{ kind: 'direct', reason, debit, credit, network, asset, amountBase, paymentId }])
  const data = { refundId: id, txHash, amountBase, to, wallet }
  await recordEvent(tx, ctx, { type: 'payment.refunded', merchantId, paymentId, data })
  failpoint('before-commit')
  return true
}

/** The cash of an address that payments arrive at, because the chain shows that it has less; else the merchant's own money. */
async function accountOf(tx: Tx, { network, asset, wallet }: Named): Promise<Account.Account> {
  const held = await tx.query(sql`
    SELECT FROM cash_sum WHERE network = ${network} AND asset = ${asset} AND address = ${wallet} LIMIT 1`)
  return held.length > 0 ? Account.cash(wallet) : Account.ownWallet(wallet)
}
