import type { Reader } from '../ctx'
import { Transaction } from '@/lib/execution'
import { readSince } from './read-since'

/** `over`: no event came after this one, and none will. `none`: there is no such transaction, or it is not the reader's. */
export async function lookAhead(reader: Reader, id: string, afterSeq: bigint): Promise<'none' | 'over' | 'open'> {
  const [status, events] = await readSince(reader, id, afterSeq)
  if (status === undefined) return 'none'
  return Transaction.isFinal(status) && events.length === 0 ? 'over' : 'open'
}
