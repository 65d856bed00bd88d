import { type Tx } from '@/lib/db'
import { selectUnsettled } from './settling-statements'

/**
 * Locks those of these payments that are still ours and unsettled. What is missing from the answer was
 * resolved by somebody else and must not be settled.
 */
export async function lockUnsettled(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(selectUnsettled(ids))
  return new Set(rows.map((row) => row.id))
}
