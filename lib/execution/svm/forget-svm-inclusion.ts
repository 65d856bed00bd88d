import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction } from '@/lib/db'
import type * as Transaction from '../Transaction'

/** Its block is gone: its bytes are sent again while they are valid. */
export async function forgetSvmInclusion(ctx: Ctx, { id, hash, blockNumber }: Transaction.Transaction): Promise<void> {
  await withTransaction(async (tx) => {
    const moved = await tx.execute(sql`
      UPDATE transaction SET status = 'submitted', hash = NULL, block_number = NULL, gas_used = NULL, fee_lamports = NULL,
        error = NULL, included_at = NULL, safe_at = NULL, due_at = now(), reorgs = reorgs + 1
      WHERE id = ${id}::uuid AND hash = ${hash} AND status IN ('included', 'safe')`)
    const data = { hash, blockNumber }
    if (moved === 1) await recordEvent(tx, ctx, { type: 'transaction.reorged', transactionId: id, data })
  })
}
