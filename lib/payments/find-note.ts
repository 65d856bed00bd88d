import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import type { PaymentNote } from './PaymentNote'

/** The label and note of the reader's merchant about a payment or a session; empty if there is none. */
export async function findNote({ merchantId }: Reader, subjectId: string): Promise<PaymentNote> {
  const [row] = await db.query<PaymentNote>(sql`
    SELECT label, note FROM payment_note WHERE merchant_id = ${merchantId}::uuid AND subject_id = ${subjectId}`)
  return row ?? { label: '', note: '' }
}
