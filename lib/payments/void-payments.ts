import type { Ctx } from '../ctx'
import { withTransaction, type Sql } from '@/lib/db'
import { voidWithin } from './void-within'

/**
 * Voids payments that moved no money: nothing was charged, and the credential is refused from now on. Payments that are
 * settling, settled or finished stay, so it may be called twice.
 * @param when a further condition on the row `payment`, checked by the statement that writes it.
 * @returns how many were voided.
 */
export async function voidPayments(ctx: Ctx, ids: readonly string[], reason: string, when?: Sql): Promise<number> {
  return withTransaction((tx) => voidWithin(tx, ctx, ids, reason, when))
}
