import type { Ctx } from '../ctx'
import { withTransaction, type Sql } from '@/lib/db'
import { voidWithin } from './void-within'

/**
 * Takes payments back that did not move any money: nothing was charged and the credential is refused from
 * now on. Payments that are settling, settled or finished are left alone, so it may be called twice.
 * @param when what else has to hold of the row `payment`, looked at in the statement that writes it.
 * @returns how many were voided.
 */
export async function voidPayments(ctx: Ctx, ids: readonly string[], reason: string, when?: Sql): Promise<number> {
  return withTransaction((tx) => voidWithin(tx, ctx, ids, reason, when))
}
