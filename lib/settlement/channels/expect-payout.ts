import { db, sql } from '@/lib/db'
import { type PayoutReceiver } from './OwedPayout'

/** After this, a requested claim can have no effect any more. */
const watch = '1 hour'

/** Records that this payee may need a payout, before any facilitator is called. Idempotent. */
export async function expectPayout(
  { merchantId, network, payee, asset }: PayoutReceiver,
  afterMs: number,
): Promise<void> {
  await db.execute(sql`
    INSERT INTO channel_payout (merchant_id, network, payee, asset, due_at, watch_until)
    VALUES (${merchantId}::uuid, ${network}, ${payee}, ${asset}, now() + make_interval(secs => ${afterMs / 1000}),
      now() + ${watch}::interval)
    ON CONFLICT (merchant_id, network, payee, asset) DO UPDATE
    SET due_at = least(channel_payout.due_at, EXCLUDED.due_at), watch_until = EXCLUDED.watch_until`)
}
