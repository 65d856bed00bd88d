import { env } from '../../env'
import { db, sql } from '@/lib/db'
import type { Payment } from '@/lib/payments'

/**
 * True if a transfer that another party submitted can only be for this request: the signed data names a challenge of
 * this installation (MPP), or the operator declares that the pay-to address belongs to this installation alone. An x402
 * authorization names neither seller nor request: if two installations share an address, one transfer could buy at
 * both.
 */
export function isPaidHereOnly({ protocol, payTo }: Pick<Payment.Payment, 'protocol' | 'payTo'>): boolean {
  return protocol === 'mpp' || env.EXCLUSIVE_PAYEES.includes(payTo.toLowerCase())
}

/**
 * The same check for a payment whose transfer was found in this transaction; our own transactions always pass. A
 * facilitated payment buys nothing here: its server keeps its own claims.
 */
export async function isMadeForUs(payment: Payment.Payment, txHash: string): Promise<boolean> {
  if (payment.origin === 'facilitator' || isPaidHereOnly(payment)) return true
  const [own] = await db.query(sql`SELECT 1 FROM attempt WHERE hash = ${txHash}`)
  return own !== undefined
}
