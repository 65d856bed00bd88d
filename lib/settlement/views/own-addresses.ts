import type { Reader } from '../../ctx'
import { sql, type Sql } from '@/lib/db'

/**
 * Condition: this address is one that payments of the reader's merchant go to, or went to before its payouts changed. True for
 * operators.
 */
export function isOwnAddress({ operator, merchantId }: Reader, address: Sql): Sql {
  if (operator) return sql`true`
  return sql`lower(${address}) IN (
    SELECT lower(p.pay_to) FROM resource_payout p JOIN resource ON resource.id = p.resource_id WHERE resource.merchant_id = ${merchantId}::uuid
    UNION SELECT lower(pay_to) FROM merchant_payout WHERE merchant_id = ${merchantId}::uuid
    UNION SELECT lower(payout ->> 'payTo') FROM merchant_payout_change c,
      jsonb_array_elements(c.change -> 'before' -> 'payouts') payout WHERE c.merchant_id = ${merchantId}::uuid)`
}
