import { type Tx } from '@/lib/db'
import { selectUnsettled } from './settling-statements'

/**
 * Locks the payments that this process still owns and that are unsettled. A missing id was resolved by another process and must
 * not be settled.
 */
export async function lockUnsettled(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(selectUnsettled(ids))
  return new Set(rows.map((row) => row.id))
}
