import type { Reader } from '../ctx'
import { Transaction } from '@/lib/execution'
import { readSince } from './read-since'

/**
 * `over`: the transaction has no later event and will have none. `none`: it does not exist, or it belongs to another
 * merchant.
 */
export async function lookAhead(reader: Reader, id: string, afterSeq: bigint): Promise<'none' | 'over' | 'open'> {
  const [status, events] = await readSince(reader, id, afterSeq)
  if (status === undefined) return 'none'
  return Transaction.isFinal(status) && events.length === 0 ? 'over' : 'open'
}
