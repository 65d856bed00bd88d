import { db, sql } from '@/lib/db'
import { AppError } from '@/lib/errors'

/**
 * Whether the wallets of this server pay for what a merchant decides: executions under its own policies, limits of its facilitator
 * keys, and refunds of what its API did not deliver. Operators decide it for each merchant; a shop that a stranger opened begins
 * without, because it could otherwise pay itself from them. True for operators. Reads only.
 */
export async function findServerWallets(scope: { operator: boolean }, merchantId: string): Promise<boolean> {
  if (scope.operator) return true
  const [found] = await db.query<{ serverWallets: boolean }>(sql`
    SELECT server_wallets FROM merchant WHERE id = ${merchantId}::uuid`)
  return found?.serverWallets === true
}

/** The refusal where `findServerWallets` says no. */
export function serverWalletsRefused(): AppError {
  const sentence = 'The wallets of this server do not pay for this shop. Ask its operator to allow it under Merchants.'
  return new AppError('not-allowed', sentence)
}
