import { type Tx } from '@/lib/db'
import { insertAnswers } from './answer-statements'
import { type Delivery, isKept } from './Delivery'

/** Stores the answers that are small enough, in one statement. */
export async function keepAnswers(tx: Tx, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.some(({ answer }) => isKept(answer))) await tx.execute(insertAnswers(deliveries))
}
