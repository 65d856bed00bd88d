import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { servedNetworks } from '@/lib/chains'
import { sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { findOwnRefundsDue, postponeRefunds } from '@/lib/payments'
import { bookOwnTransfer } from './book-own-transfer'

const batchMax = 50

/**
 * Looks for the transfers by which merchants' wallets pay refunds on a network, and books those in a final block. Yields once for
 * each booked refund. Safe to run in any process at any time.
 */
export async function* bookOwnTransfers(ctx: Ctx, network: Caip2): AsyncGenerator<void> {
  if (!servedNetworks().includes(network)) return
  for (const refund of await findOwnRefundsDue(network, batchMax)) {
    if (ctx.isLate()) return
    if (refund.txHash === null) continue
    try {
      if (await bookOwnTransfer(ctx, { ...refund, txHash: refund.txHash })) yield
    } catch (error) {
      log().warn({ err: error, refundId: refund.id }, 'the transfer of a refund could not be looked for yet')
      const reason = error instanceof Error ? error.message : String(error)
      await postponeRefunds(sql`r.id = ${refund.id} AND r.status = 'sent' AND r.tx_hash = ${refund.txHash}`, { reason })
    }
  }
}
