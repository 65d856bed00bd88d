import { type Tx } from '@/lib/db'
import { type Delivery, isKept, insertAnswers } from './deliver-payment'

/** Stores the small answers among these, with one statement. */
export async function keepAnswers(tx: Tx, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.some(({ answer }) => isKept(answer))) await tx.execute(insertAnswers(deliveries))
}
