import { db, sql } from '@/lib/db'

/** Postpones the decision about the price of an action, with jitter. Does nothing once it is decided. */
export async function postponeRefundDecision(intentId: string, afterSeconds: number): Promise<void> {
  await db.execute(sql`
    UPDATE intent SET square_at = now() + make_interval(secs => ${afterSeconds} * (0.5 + random()))
    WHERE id = ${intentId}::uuid AND squared IS NULL`)
}
