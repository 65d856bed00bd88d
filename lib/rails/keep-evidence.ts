import { json, sql, type Tx } from '@/lib/db'

/** Stores the evidence of a dispute before it is sent: a repeated call sends the same. */
export async function keepEvidence(tx: Tx, id: string, evidence: Readonly<Record<string, string>>): Promise<void> {
  await tx.execute(sql`UPDATE dispute SET evidence = ${json(evidence)} WHERE id = ${id}::uuid`)
}
