import { sql, type Sql } from '@/lib/db'

/**
 * SQL condition: the payer of a row is one of its merchant's own wallets, which are in the books but not counted as demand.
 * @param of alias of a payment or channel in the statement.
 */
export function isOwnWallet(of: Sql): Sql {
  return sql`EXISTS (
    SELECT 1 FROM payer_note o WHERE o.merchant_id = ${of}.merchant_id AND o.wallet = ${of}.payer AND o.ours)`
}
