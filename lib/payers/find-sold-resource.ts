import { sql, type Tx } from '@/lib/db'

/** Whether a resource exists, on sale or not. */
export async function findSoldResource(tx: Tx, id: string): Promise<boolean> {
  return (await tx.query(sql`SELECT 1 FROM resource WHERE id = ${id}::uuid`)).length > 0
}
