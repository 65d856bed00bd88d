import { sql, type Tx } from '@/lib/db'

/** Notes when the other party took the evidence, or that the dispute was accepted. */
export async function markDisputeAnswered(tx: Tx, externalId: string, how: 'evidence' | 'accept'): Promise<void> {
  await tx.execute(
    how === 'evidence'
      ? sql`UPDATE dispute SET submitted_at = now() WHERE external_id = ${externalId}`
      : sql`UPDATE dispute SET accepted_at = now() WHERE external_id = ${externalId}`,
  )
}
