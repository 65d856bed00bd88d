import { env } from '../../env'
import { db, sql } from '@/lib/db'
import type { Payment } from '@/lib/payments'

/**
 * Whether a transfer that another party submitted can have been for nothing but what is asked here: what the payer signed names a
 * challenge of this installation (MPP), or the operator says that the pay-to address is this installation's alone. An x402 authorization names neither
 * seller nor request: where two installations share an address, one transfer could buy at both.
 */
export function isPaidHereOnly({ protocol, payTo }: Pick<Payment.Payment, 'protocol' | 'payTo'>): boolean {
  return protocol === 'mpp' || env.EXCLUSIVE_PAYEES.includes(payTo.toLowerCase())
}

/**
 * The same of a claimed payment whose transfer was found in this transaction; what this installation sent is its own. One that is facilitated
 * buys nothing here, and its server keeps its own claims.
 */
export async function isMadeForUs(payment: Payment.Payment, txHash: string): Promise<boolean> {
  if (payment.origin === 'facilitator' || isPaidHereOnly(payment)) return true
  const [own] = await db.query(sql`SELECT 1 FROM attempt WHERE hash = ${txHash}`)
  return own !== undefined
}
